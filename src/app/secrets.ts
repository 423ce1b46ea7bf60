import type { Config } from '../config/types.ts';

/** Every value of a config that no log line may show. */
export function secretsOf({ port, bots, servers, admin }: Config): string[] {
  const ofBots = [...bots.dialled.values()].map(({ accessToken }) => accessToken);
  const ofServers = [...servers.values()].flatMap((server) => [
    server.accessToken,
    server.protocol === 'http' ? server.secret : undefined,
  ]);
  return [port.accessToken, port.secret, admin.token, ...ofBots, ...ofServers].filter((secret) => secret !== undefined);
}
