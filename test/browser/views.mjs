// What a person does at the dashboard, one after another.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { breakConfig, chat, connectBot, setStage, TOKEN } from './stage.mjs';
import { Visitor } from './visitor.mjs';

/** The texts of buttons that stick out of the window to the right. */
const BEYOND = `[...document.querySelectorAll('button')]
  .filter((button) => button.getBoundingClientRect().right > innerWidth)
  .map((button) => button.textContent)`;

export async function runViews({ browser, check, shotsDir, scope }) {
  const stage = await setStage(scope);
  const { daemon } = stage;
  const visitor = await Visitor.arrive(browser, daemon.adminUrl, { colorScheme: 'light' });
  const { page } = visitor;
  const context = { stage, daemon, visitor, page, browser, check, shotsDir };
  process.stdout.write('login\n');
  await login(context);
  process.stdout.write('views\n');
  await live(context);
  await inspector(context);
  await deadLetters(context);
  await logAndConfig(context);
  process.stdout.write('looks\n');
  await looks(context);
  process.stdout.write('hard times\n');
  await flood(context);
  await restart(context);
  await check('nothing went against the policy of the page, and no script failed', () =>
    assert.deepEqual(visitor.complaints, []),
  );
  await visitor.leave();
}

async function login({ daemon, visitor, page, check, shotsDir, browser }) {
  await check('a wrong token is told so', async () => {
    await page.fill('#token', 'not the token at all');
    await page.click('button[type=submit]');
    await visitor.reads('#login-fault', /not the token/);
    // The browser itself writes a refused request to its console.
    visitor.complaints = visitor.complaints.filter((text) => !/403 \(Forbidden\)/.test(text));
  });
  await visitor.shot(shotsDir, 'login');
  await check('the token logs in', () => visitor.logIn());
  await check('the cookie is out of reach of scripts', async () => {
    const [cookie] = await visitor.context.cookies();
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);
    assert.equal(await page.evaluate('document.cookie'), '');
  });
  await check('the link of the console logs in, and its code leaves the address', async () => {
    const line = await daemon.command('dashboard', /#login=/);
    const [url] = /http:\S+/.exec(line) ?? [];
    const guest = await browser.newContext();
    const tab = await guest.newPage();
    await tab.goto(url);
    await tab.waitForSelector('.picture');
    assert.doesNotMatch(tab.url(), /login/);
    await tab.click('#log-out');
    await tab.waitForSelector('#token');
    await guest.close();
  });
}

async function live({ visitor, page, check, shotsDir }) {
  await check('the picture has the bots, the servers and how they are', async () => {
    assert.equal(await page.locator('.bots .card').count(), 2);
    assert.equal(await page.locator('.servers .card').count(), 5);
    await visitor.reads('.servers .card:has-text("survival")', /websocketup[1-9][\d.]*\/s/s);
    await visitor.reads('.servers .card:has-text("lobby")', /unreachable.*connection refused/s);
    assert.ok((await page.locator('.wires .flow').count()) > 0, 'something flows');
  });
  await check('the last hour is drawn', async () => {
    await page.waitForSelector('.chart-grid canvas', { timeout: 20_000 });
    assert.match(await page.getAttribute('.plot', 'aria-label'), /Events \(per second\): now/);
  });
  await delay(shotsDir === undefined ? 0 : 45_000);
  await visitor.shot(shotsDir, 'live-light-en');
  await check('a server can be looked at, paused, resumed and reconnected by keyboard', async () => {
    await page.focus('.servers .card:has-text("survival")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.panel[aria-label=survival]');
    assert.equal(await page.locator('.panel tbody tr').count(), 2);
    await page.focus('.panel button:has-text("Pause")');
    await page.keyboard.press('Enter');
    await visitor.reads('.servers .card:has-text("survival")', /paused/);
    await page.click('.panel button:has-text("Resume")');
    await visitor.reads('.servers .card:has-text("survival")', /websocketup/);
    await page.click('.panel button:has-text("Reconnect")');
    await visitor.reads('.notice', /Reconnecting survival/);
  });
  await page.click('.servers .card:has-text("lobby")');
  await check('the panel of a server says its state, why, and what to do', async () => {
    await visitor.reads('.panel .standing', /unreachable.*connection refused.*What to do:/s);
  });
  await page.evaluate('document.activeElement.blur()');
  await visitor.shot(shotsDir, 'server-light-en');
  await page.click('.servers .card:has-text("lobby")');
}

async function inspector({ visitor, page, check, shotsDir, stage }) {
  await check('the inspector follows events and calls, and shows their JSON', async () => {
    // The reconnect has made a new link.
    stage.link = await stage.survival.nextLink('10001');
    await visitor.view('inspector');
    await page.waitForSelector('.row.lane-events');
    await page.waitForSelector('.row.lane-calls');
    await page.click('.row.lane-calls >> nth=0');
    await visitor.reads('.detail', /Call.*"action".*Answer.*"retcode"/s);
  });
  await visitor.shot(shotsDir, 'inspector-light-en');
  await check('arrow keys move, a slash filters, P pauses', async () => {
    await page.keyboard.press('p');
    await visitor.reads('.strip', /Paused/);
    await page.focus('.rows');
    const before = await page.getAttribute('.row[aria-selected=true]', 'id');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction((id) => document.querySelector('.row[aria-selected=true]')?.id !== id, before);
    await page.keyboard.press('/');
    await page.keyboard.type('get_nothing');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.row')].every((row) => row.textContent.includes('get_nothing')),
    );
    assert.ok((await page.locator('.row').count()) > 0);
    await page.fill('#filter', 'no such thing at all');
    await visitor.reads('.empty-state', /Nothing matches/);
    await page.fill('#filter', '');
    await page.click('#hold');
  });
}

async function deadLetters({ visitor, page, check, shotsDir, stage }) {
  await check('dead letters are listed and shown, and go when the server takes them', async () => {
    await visitor.view('dead');
    await page.waitForSelector('.dead .panel[aria-label^=panel]');
    await page.click('.dead button.link >> nth=0');
    await visitor.reads('.dead .json', /"post_type"/);
    await visitor.shot(shotsDir, 'dead-light-en');
    stage.panel.reply = () => ({ status: 204 });
    await page.click('.dead button:has-text("Send again")');
    await visitor.reads('.empty-state', /No dead letters/);
    stage.panel.reply = () => ({ status: 403 });
  });
  await check('to throw them away takes a second click', async () => {
    await page.waitForSelector('.dead button:has-text("Throw away")');
    await page.click('.dead button:has-text("Throw away")');
    await page.click('.dead button:has-text("Cancel")');
    await page.click('.dead button:has-text("Throw away")');
    await page.click('.dead button.danger');
    await visitor.reads('.notice', /thrown away/);
  });
}

async function logAndConfig({ visitor, page, check, shotsDir, daemon, stage }) {
  await check('the log goes on and is filtered by level', async () => {
    await visitor.view('log');
    await visitor.reads('.log-lines', /a browser has logged in/);
    await page.click('.segments label:has-text("errors") >> nth=0');
    await page.waitForFunction(() => document.querySelectorAll('.line.info').length === 0);
    await page.click('.segments label:has-text("all")');
    await page.waitForSelector('.line.info');
  });
  await visitor.shot(shotsDir, 'log-light-en');
  await check('the settings in force are shown without secrets', async () => {
    await visitor.view('config');
    await visitor.reads('.yaml', /server_list:.*survival:.*max_age: 5m/s);
    const text = await visitor.text('.yaml');
    assert.match(text, /access_token: '\*\*\*'/);
    assert.ok(!text.includes('a-secret-of') && !text.includes(TOKEN));
  });
  await visitor.shot(shotsDir, 'config-light-en');
  await check('a faulty file is refused with each fault at its line', async () => {
    await breakConfig(stage);
    await page.click('#reload');
    await visitor.reads('.outcome', /3 faults/);
    assert.deepEqual(await page.locator('.faulty').allTextContents(), [
      '1websocket: maybe\n',
      '8    port: 99999\n',
      '9    colour: red\n',
    ]);
    assert.ok(!(await visitor.text('.outcome')).includes('the-secret-of-survival'));
  });
  await visitor.shot(shotsDir, 'faults-light-en');
  await check('a mended file is taken', async () => {
    await daemon.writeConfig(stage.config);
    await page.click('#reload');
    await visitor.reads('.outcome.good', /in force/);
  });
}

async function looks({ browser, visitor, page, check, shotsDir, daemon }) {
  await check('language and theme can be switched, and are remembered', async () => {
    await visitor.view('live');
    await page.click('#language');
    await visitor.reads('.tabs', /死信/);
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    await page.click('#theme');
    await page.click('#theme');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    await page.reload();
    await visitor.reads('.tabs', /死信/);
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  });
  await delay(shotsDir === undefined ? 0 : 4_000);
  await visitor.shot(shotsDir, 'live-dark-zh');
  for (const [theme, language] of shotsDir === undefined
    ? []
    : [
        ['dark', 'en'],
        ['light', 'zh'],
      ]) {
    const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
    const guest = await Visitor.arrive(browser, daemon.adminUrl, { colorScheme: theme, locale });
    await guest.logIn();
    await delay(4_000);
    await guest.shot(shotsDir, `live-${theme}-${language}`);
    await guest.leave();
  }
  for (const view of ['inspector', 'log', 'config']) {
    await visitor.view(view);
    await delay(shotsDir === undefined ? 0 : 2_500);
    if (view === 'inspector') await page.click('.row >> nth=3');
    await visitor.shot(shotsDir, `${view}-dark-zh`);
  }
  await page.click('#language');
  for (const [name, width, height] of [
    ['phone', 360, 740],
    ['wide', 2000, 1100],
  ]) {
    await check(`each view fits a ${name}, ${width} pixels wide`, async () => {
      const guest = await Visitor.arrive(browser, daemon.adminUrl, {
        viewport: { width, height },
        colorScheme: 'dark',
        locale: 'zh-CN',
      });
      await guest.logIn();
      for (const view of ['live', 'inspector', 'dead', 'log', 'config']) {
        await guest.view(view);
        await delay(300);
        const overflow = await guest.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, view);
        assert.deepEqual(await guest.page.evaluate(BEYOND), [], `buttons of ${view} that nobody can reach`);
        await guest.shot(shotsDir, `${name}-${view}`);
      }
      assert.deepEqual(guest.complaints, []);
      await guest.leave();
    });
  }
  await check('who wants no motion gets none', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await visitor.view('live');
    await page.waitForSelector('.flow');
    assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.flow')).animationName"), 'none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });
  await check('text stands out enough in both themes', async () => {
    for (const theme of ['dark', 'light']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      const faint = await page.evaluate(contrasts);
      assert.deepEqual(faint, [], theme);
    }
  });
}

/** In the page: colours of text that have less than 4.5 to 1 against the grounds they stand on. */
function contrasts() {
  const style = getComputedStyle(document.documentElement);
  const luminance = (name) => {
    const hex = style.getPropertyValue(name).trim().slice(1);
    const [r, g, b] = [0, 2, 4].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pairs = ['--ink', '--muted', '--events', '--calls', '--good', '--busy', '--bad', '--held'].flatMap((text) =>
    ['--ground', '--surface', '--sunken'].map((ground) => [text, ground]),
  );
  return [...pairs, ['--on-accent', '--accent']].flatMap(([text, ground]) => {
    const [light, dark] = [luminance(text), luminance(ground)].sort((one, other) => other - one);
    const ratio = (light + 0.05) / (dark + 0.05);
    return ratio < 4.5 ? [`${text} on ${ground}: ${ratio.toFixed(2)}`] : [];
  });
}

async function flood({ visitor, page, check, stage }) {
  await check('at 1,000 events a second the page says that it samples, answers quickly and does not grow', async () => {
    await visitor.view('inspector');
    await page.evaluate(`
      window.longest = 0;
      let last = performance.now();
      window.beat = setInterval(() => { const now = performance.now(); window.longest = Math.max(window.longest, now - last - 50); last = now; }, 50);
    `);
    const burst = setInterval(() => {
      for (let count = 0; count < 50; count += 1) stage.bot.send(chat());
    }, 50);
    try {
      await visitor.reads('.strip', /samples/);
      await delay(3_000);
      const first = await page.evaluate("document.querySelectorAll('*').length");
      await delay(5_000);
      const then = await page.evaluate("document.querySelectorAll('*').length");
      assert.ok(then < first + 100 && then < 2_000, `${first} elements, then ${then}`);
      const rows = await page.locator('.row').count();
      assert.ok(rows < 80, `${rows} rows in the page`);
      const begun = performance.now();
      await page.fill('#filter', '!!online');
      await page.waitForFunction(() =>
        [...document.querySelectorAll('.row')].every((row) => row.textContent.includes('!!online')),
      );
      assert.ok(performance.now() - begun < 1_500, 'the filter answers');
      const longest = await page.evaluate('window.longest');
      assert.ok(longest < 500, `the page stood still for ${Math.round(longest)} ms`);
      process.stdout.write(`       ${then} elements, ${rows} rows, longest stand ${Math.round(longest)} ms\n`);
    } finally {
      clearInterval(burst);
      await page.fill('#filter', '');
      await page.evaluate('clearInterval(window.beat)');
    }
  });
}

async function restart({ visitor, page, check, stage, daemon, shotsDir }) {
  await check('it says that the daemon is gone, and goes on when it is there again', async () => {
    await visitor.view('live');
    await daemon.stop();
    await visitor.reads('#connection', /No connection/);
    await visitor.reads('.banners', /does not answer/);
    await visitor.shot(shotsDir, 'gone-light-en');
    const again = await daemon.startAgain();
    stage.bot = await connectBot(again, stage.scope, '10001');
    await visitor.reads('#connection', /Live/, 20_000);
    await page.waitForFunction(() => document.querySelector('.banners')?.textContent === '');
    await page.waitForSelector('.bots .card:has-text("online")');
  });
  await check('a page whose session ended asks to log in again', async () => {
    await visitor.context.clearCookies();
    await page.reload();
    await page.waitForSelector('#token');
    await visitor.logIn();
    await page.click('#log-out');
    await page.waitForSelector('#token');
  });
}
