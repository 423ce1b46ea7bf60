import type { JSX } from 'preact';
import { clockText } from './format.ts';
import { language, switchLanguage, t } from './i18n.ts';
import { Icon, Mark } from './icons.tsx';
import { connection, firstVersion, logOut, status } from './live.ts';
import { notice } from './notices.ts';
import { VIEWS, type View, view } from './route.ts';
import { inWords } from './states.ts';
import { nextTheme, theme } from './theme.ts';
import { ConfigView } from './views/config-view.tsx';
import { DeadView } from './views/dead-view.tsx';
import { InspectorView } from './views/inspector-view.tsx';
import { LiveView } from './views/live-view.tsx';
import { LogView } from './views/log-view.tsx';
import { LoginView } from './views/login-view.tsx';

const NAMES = {
  live: 'viewLive',
  inspector: 'viewInspector',
  dead: 'viewDead',
  log: 'viewLog',
  config: 'viewConfig',
} as const;

const CONTENT: Readonly<Record<View, () => JSX.Element>> = {
  live: LiveView,
  inspector: InspectorView,
  dead: DeadView,
  log: LogView,
  config: ConfigView,
};

export function App(): JSX.Element {
  const isOut = connection.value === 'signedOut';
  const Content = CONTENT[view.value];
  document.title = isOut ? t('title') : `${t(NAMES[view.value])} · ${t('title')}`;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {t('skip')}
      </button>
      <header class="bar">
        <div class="brand">
          <Mark />
          <span class="brand-name">QQBridge</span>
          <span class="brand-version">{isOut ? '' : status.value?.version}</span>
        </div>
        {isOut ? <div class="tabs" /> : <Tabs />}
        <div class="tools">
          {isOut ? null : <ConnectionPill />}
          <button
            type="button"
            class="quiet"
            id="language"
            lang={language.value === 'en' ? 'zh-CN' : 'en'}
            onClick={switchLanguage}
          >
            {t('languageSwitch')}
          </button>
          <ThemeButton />
          {isOut ? null : (
            <button
              type="button"
              class="quiet square"
              id="log-out"
              aria-label={t('logOut')}
              title={t('logOut')}
              onClick={() => void logOut()}
            >
              <Icon name="leave" />
            </button>
          )}
        </div>
      </header>
      {isOut ? null : <Banners />}
      <main id="content" tabIndex={-1}>
        {isOut ? <LoginView /> : <Content />}
      </main>
      <div class="notice" role="status" aria-live="polite">
        {notice.value === undefined ? null : <p class={notice.value.isBad ? 'bad' : ''}>{notice.value.text}</p>}
      </div>
    </>
  );
}

function Tabs(): JSX.Element {
  const dead = Object.values(status.value?.deadLetters ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <nav class="tabs" aria-label={t('views')}>
      {VIEWS.map((name) => (
        <a key={name} href={`#/${name}`} {...(view.value === name ? { 'aria-current': 'page' as const } : {})}>
          {t(NAMES[name])}
          {name === 'dead' && dead > 0 ? <span class="badge">{dead}</span> : null}
        </a>
      ))}
    </nav>
  );
}

function ConnectionPill(): JSX.Element {
  const state = connection.value;
  const name = state === 'live' ? 'connLive' : state === 'lost' ? 'connLost' : 'connConnecting';
  return (
    <span class={`pill is-${state}`} id="connection" role="status">
      <i class="dot" />
      <span class="pill-text">{t(name)}</span>
    </span>
  );
}

function ThemeButton(): JSX.Element {
  const label = t(({ system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const)[theme.value]);
  return (
    <button type="button" class="quiet square" id="theme" aria-label={label} title={label} onClick={nextTheme}>
      <Icon name={({ system: 'system', light: 'sun', dark: 'moon' } as const)[theme.value]} />
    </button>
  );
}

function Banners(): JSX.Element {
  const now = status.value;
  const isOther = now !== undefined && firstVersion.value !== undefined && firstVersion.value !== now.version;
  return (
    <div class="banners" role="status">
      {connection.value === 'lost' && now !== undefined ? (
        <p class="banner bad">{t('lostBanner', clockText(now.now))}</p>
      ) : null}
      {isOther ? (
        <p class="banner">
          {t('updatedBanner', now.version)}{' '}
          <button type="button" onClick={() => location.reload()}>
            {t('reloadPage')}
          </button>
        </p>
      ) : null}
      {now?.phase === 'stopping' && connection.value === 'live' ? (
        <p class="banner warn">{t('stoppingBanner')}</p>
      ) : null}
      {now?.phase === 'starting' ? <p class="banner">{t('startingBanner')}</p> : null}
      {now?.log.kind === 'failing' ? (
        <p class="banner bad">{t('logFailingBanner', inWords(now.log.reason) ?? '')}</p>
      ) : null}
      {now?.log.kind === 'memory' ? (
        <p class="banner warn">{t('logMemoryBanner', inWords(now.log.reason) ?? '')}</p>
      ) : null}
    </div>
  );
}
