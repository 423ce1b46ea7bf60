// A person at the browser: a page whose complaints are kept.
import { join } from 'node:path';
import { TOKEN } from './stage.mjs';

/** What the browser says when the daemon is stopped on purpose. */
const EXPECTED = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;

export class Visitor {
  /** Errors of the console, of scripts and of the page's policy. */
  complaints = [];

  static async arrive(browser, url, options = {}) {
    const visitor = new Visitor();
    visitor.url = url;
    visitor.context = await browser.newContext({ viewport: { width: 1440, height: 770 }, locale: 'en-GB', ...options });
    visitor.page = await visitor.context.newPage();
    visitor.page.setDefaultTimeout(10_000);
    visitor.page.on('console', (message) => {
      const isBad = message.type() === 'error' || /Content Security Policy|TrustedHTML/.test(message.text());
      if (isBad && !EXPECTED.test(message.text())) visitor.complaints.push(message.text());
    });
    visitor.page.on('pageerror', (error) => visitor.complaints.push(error.stack));
    await visitor.page.goto(`${url}/`);
    return visitor;
  }

  async logIn() {
    await this.page.fill('#token', TOKEN);
    await this.page.press('#token', 'Enter');
    await this.page.waitForSelector('.picture');
  }

  async view(name) {
    await this.page.evaluate(`location.hash = '#/${name}'`);
    await this.page.waitForSelector(
      { live: '.picture', inspector: '.inspector', dead: '.dead', log: '.log', config: '.yaml' }[name],
    );
  }

  async text(selector) {
    return (await this.page.textContent(selector)) ?? '';
  }

  /** Waits until the text of an element matches. */
  async reads(selector, pattern, timeout = 10_000) {
    await this.page.locator(selector).filter({ hasText: pattern }).first().waitFor({ state: 'attached', timeout });
  }

  async shot(dir, name) {
    if (dir !== undefined) await this.page.screenshot({ path: join(dir, `${name}.png`) });
  }

  async leave() {
    await this.context.close();
  }
}
