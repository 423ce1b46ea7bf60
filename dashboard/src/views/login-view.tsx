import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, RefusedError } from '../api.ts';
import { t } from '../i18n.ts';
import { Mark } from '../icons.tsx';
import { connect, hadSession } from '../live.ts';

export function LoginView(): JSX.Element {
  const [fault, setFault] = useState(hadSession.value ? t('loginEnded') : '');
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const logIn = async (shown: { token: string } | { code: string }) => {
    setBusy(true);
    try {
      await api.logIn(shown);
      await connect();
    } catch (error) {
      setFault(faultOf(error, 'code' in shown));
      setBusy(false);
      field.current?.select();
    }
  };

  useEffect(() => {
    field.current?.focus();
    // The code of a login link; it goes from the address at once, and is good once in any case.
    const code = /^#login=([\w-]+)$/.exec(location.hash)?.[1];
    if (code === undefined) return;
    history.replaceState(null, '', `${location.pathname}#/live`);
    void logIn({ code });
  }, []);

  return (
    <form
      class="login"
      onSubmit={(event) => {
        event.preventDefault();
        const token = field.current?.value.trim() ?? '';
        if (token !== '') void logIn({ token });
      }}
    >
      <Mark />
      <h1>{t('loginTitle')}</h1>
      <input type="text" name="username" autocomplete="username" value="admin" hidden readOnly />
      <label for="token">{t('loginToken')}</label>
      <input
        id="token"
        ref={field}
        type="password"
        autocomplete="current-password"
        spellcheck={false}
        aria-describedby="login-fault login-hint"
        aria-invalid={fault !== ''}
      />
      <p id="login-fault" class="bad" role="alert">
        {fault}
      </p>
      <button type="submit" class="main" disabled={isBusy}>
        {t('loginButton')}
      </button>
      <p id="login-hint" class="hint">
        {t('loginHint')}
      </p>
    </form>
  );
}

function faultOf(error: unknown, byLink: boolean): string {
  if (!(error instanceof RefusedError)) return t('loginUnreachable');
  if (error.status === 429) return t('loginTooMany', error.retryAfter);
  if (error.status === 403 && /wrong|link/.test(error.message)) return t(byLink ? 'loginUsedUp' : 'loginWrong');
  return t('loginFailed', error.message);
}
