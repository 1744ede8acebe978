import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import { firstAdminNotice } from '../auth/first-admin-notice.ts';
import type { CommandContext } from '../cli/context.ts';
import { EXIT } from '../cli/exit-codes.ts';
import type { ConfigSources } from '../config/read.ts';
import { giveBackMemory } from '../server/give-back.ts';
import type { RunningServer } from '../server/start-server.ts';
import { VERSION } from '../version.ts';

interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly roles?: string;
  readonly dataDir?: string;
}

const EXAMPLES = `
Examples:
  headwater serve
  headwater serve --data-dir /var/lib/headwater --host 0.0.0.0 --port 8080
  HEADWATER_DATABASE_URL_FILE=/run/secrets/database headwater serve --roles api

Every setting may be given as a variable or in the file; see \`headwater config show\` and docs/configuration.md.
SIGTERM ends running requests and jobs first; a second one ends at once.
`;

/** `headwater serve`: takes alerts, joins them to incidents, diagnoses them, and shows it all. */
export function serveCommand(context: CommandContext): Command {
  return new Command('serve')
    .description('Run the server: take alerts, join them to incidents, diagnose them, serve the API and the page.')
    .option('--config <file>', 'configuration file (YAML); default: the variable HEADWATER_CONFIG')
    .option('--host <address>', 'address to listen on (server.host)')
    .option('--port <number>', 'port to listen on, 0 for any (server.port)', portText)
    .option('--roles <list>', 'what this process does: api, worker (server.roles)')
    .option('--data-dir <directory>', 'directory of the embedded database (store.dataDir)')
    .addHelpText('after', EXAMPLES)
    .action((flags: ServeFlags) => runServe(context, flags));
}

function portText(text: string): string {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Expected a number from 0 to 65535.');
  return text;
}

async function runServe({ io, exit }: CommandContext, flags: ServeFlags): Promise<void> {
  const [{ loadConfiguration }, { createLog }, { startServer }, { serverWiring }, { startTracing }] = await Promise.all(
    [
      import('../config/load.ts'),
      import('../observability/log.ts'),
      import('../server/start-server.ts'),
      import('../wiring/server.ts'),
      import('../observability/start-tracing.ts'),
    ],
  );
  const { settings } = loadConfiguration({ env: io.env, path: flags.config, options: optionsOf(flags) });
  const log = createLog({ level: settings.server.logLevel, write: io.err, base: { thread: 'api' } });
  const stopTracing = await startTracing(io.env, VERSION);
  const server = await startServer({ settings, wiring: serverWiring, log, env: io.env, signal: io.signal });
  io.out(welcome(server));
  giveBackMemory();
  if (!io.signal.aborted) await once(io.signal, 'abort');
  const clean = await server.stop();
  await stopTracing();
  if (!clean) exit(EXIT.failed.code);
}

function optionsOf({ host, port, roles, dataDir }: ServeFlags): ConfigSources['options'] {
  const given = (option: string, value: string | undefined) => (value === undefined ? undefined : { option, value });
  return {
    'server.host': given('--host', host),
    'server.port': given('--port', port),
    'server.roles': given('--roles', roles),
    'store.dataDir': given('--data-dir', dataDir),
  };
}

function welcome({ url, dataDirectory, firstAdmin }: RunningServer): string {
  const lines = [`Headwater ${VERSION} listens on ${url}`];
  if (dataDirectory !== null) lines.push(`  data directory     ${dataDirectory}`);
  lines.push(`  alerts go to       ${url}/webhook/alertmanager`);
  const notice = firstAdmin ? `\n${firstAdminNotice(firstAdmin, url)}` : '';
  return `${lines.join('\n')}\n${notice}`;
}
