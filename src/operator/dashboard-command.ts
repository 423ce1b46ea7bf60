import { text } from '../support/text.ts';
import { type CommandAnswer, type CommandContext, failed, ok } from './command.ts';

/**
 * `dashboard`: where it is. The console and `ctl` belong to whoever owns the daemon, and get a link that logs in once; its code stands
 * in the fragment, which no browser sends.
 */
export function showDashboard({ bridge, origin }: CommandContext): CommandAnswer {
  const link = bridge.dashboardLink();
  if (link === undefined) return failed([text`The admin listener is off: admin.enabled and admin.port in the config.`]);
  const [address = ''] = link.split('#', 1);
  if (origin === 'admin') return ok([text`The dashboard is at ${address}`]);
  const { adminTokenFile } = bridge.status();
  return ok([
    link,
    adminTokenFile === undefined
      ? text`The link logs in once, within two minutes; later ${address} asks for admin.token of the config.`
      : text`The link logs in once, within two minutes; later ${address} asks for the token in ${adminTokenFile}.`,
  ]);
}
