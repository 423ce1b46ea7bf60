// The browser: Debian's Chromium, driven by playwright-core. Where it or Chinese letters are missing they are installed; where that is
// not possible the run fails, it never skips.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function executable() {
  return process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path));
}

function hasChinese() {
  try {
    return execFileSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' }).trim() !== '';
  } catch {
    // No fontconfig yet: Chromium brings it along.
    return false;
  }
}

export function install() {
  if (executable() !== undefined && hasChinese()) return;
  const apt = (...args) =>
    execFileSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fontconfig', 'fonts-noto-cjk');
}

export async function launch() {
  // Its own sandbox needs rights that a container of CI has not; it loads only this page.
  return await chromium.launch({ executablePath: executable(), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
