import { resolveIncident } from '@headwater/engine/incidents/resolve.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../cli/exit-codes.ts';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { alertRoutes } from '../http/alerts/routes.ts';
import { incidentRoutes } from '../http/incidents/routes.ts';
import { type IncidentScene, kim, openIncidents } from '../http/incidents/test-incidents.ts';
import { streamRoutes } from '../http/stream/routes.ts';
import { type StreamServer, streamServer } from '../http/stream/test-stream-server.ts';
import { wire } from '../wiring.ts';

const database = useDatabase('18');
let scene: IncidentScene;
let server: StreamServer;
let shop = 0;
let bank = 0;

beforeEach(async () => {
  scene = await openIncidents(database());
  await scene.diagnose();
  const incidents = await scene.incidents();
  shop = incidents.find(({ id }) => id === scene.shop)?.number ?? 0;
  bank = incidents.find(({ id }) => id === scene.bank)?.number ?? 0;
  server = await openServer();
});
afterEach(() => server.close());

function openServer(): Promise<StreamServer> {
  return streamServer(database(), {
    routes: [...incidentRoutes, ...alertRoutes, ...streamRoutes],
    people: { good: kim },
    pollMs: 50,
  });
}

interface Given {
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

function start(line: readonly string[], given: Given = {}) {
  const captured = captureIo({
    env: { HEADWATER_SERVER: server.url, HEADWATER_TOKEN: 'good', ...given.env },
    now: () => scene.now,
    stdin: () => Promise.resolve(given.stdin ?? ''),
    ...(given.signal && { signal: given.signal }),
  });
  return { captured, code: run(line, { io: captured.io, wiring: wire }) };
}

async function headwater(line: string | readonly string[], given: Given = {}) {
  const { captured, code } = start(typeof line === 'string' ? line.split(' ') : line, given);
  return { code: await code, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe('headwater incidents', () => {
  it('lists what is unresolved, narrowed, sorted, as a table, JSON and YAML', async () => {
    const table = await headwater('incidents list --sort severity');
    expect(table.stderr).toBe('');
    expect(table.stdout.split('\n').map((row) => row.split(/ {2,}/))).toEqual([
      ['#', 'SEVERITY', 'STATUS', 'AGE', 'FIRING', 'WHO', 'WHAT'],
      [String(bank), 'critical', 'open', '40s', '1/1', '-', expect.stringContaining('ledger')],
      [String(shop), 'warning', 'open', '60s', '2/2', '-', 'Deployment bank/ledger was killed for memory'],
      [''],
    ]);
    const json = JSON.parse((await headwater('incidents list -n shop,other -o json')).stdout) as { id: string }[];
    expect(json.map(({ id }) => id)).toEqual([scene.shop]);
    const yaml = parse((await headwater(['incidents', 'list', '-q', 'queuefull', '-o', 'yaml'])).stdout) as {
      number: number;
    }[];
    expect(yaml.map(({ number }) => number)).toEqual([bank]);
    expect((await headwater('incidents list --status resolved')).stdout).toBe('No incidents.\n');
    expect((await headwater('incidents list --all --since 50s -o json')).stdout).not.toContain(scene.shop);
  });

  it('colours at a terminal and where it is forced, not where NO_COLOR asks for none', async () => {
    const red = '\u001b[31mcritical';
    expect((await headwater('incidents list', { env: { FORCE_COLOR: '1' } })).stdout).toContain(red);
    expect((await headwater('incidents list', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    );
  });

  it('shows one with its cause, proof, alerts and story', async () => {
    const { stdout } = await headwater(`incidents show ${shop}`);
    for (const part of [
      `#${shop} `,
      'CAUSE FOUND',
      'cart waits for bank/ledger, which was killed for memory',
      'Alerts (2 of 2 firing)',
      'PodDown in shop, 60s ago',
      'What happened, newest first',
      'Opened by 2 alerts',
    ])
      expect(stdout).toContain(part);
    const yaml = parse((await headwater(`incidents show ${shop} -o yaml`)).stdout) as Record<string, unknown>;
    expect(yaml).toMatchObject({ id: scene.shop, alerts: [{ name: 'SlowAnswers' }, { name: 'PodDown' }], actions: {} });
    const missing = await headwater('incidents show 999');
    expect(missing).toMatchObject({ code: EXIT.notFound.code, stderr: 'error: no incident 999\n' });
  });

  it('keeps the terminal safe from what alerts say', async () => {
    await database().pool.query(`update incident set title = E'\\x1b[2Jwiped \\u202eevil' where id = $1`, [scene.bank]);
    const { stdout } = await headwater('incidents list');
    expect(stdout).toContain('wiped evil');
    expect(stdout).not.toContain('\u001b');
  });

  it('acknowledges, snoozes, assigns, resolves and reopens', async () => {
    expect((await headwater(`incidents ack ${shop} ${bank}`)).stdout).toMatch(/: acknowledged\n.*: acknowledged\n$/);
    expect((await headwater(`incidents ack ${shop} --undo`)).stdout).toContain(': open\n');
    expect((await headwater(`incidents assign ${shop} me`)).stdout).toContain('with kim');
    expect((await headwater(`incidents assign ${shop} none`)).stdout).not.toContain('with');
    await headwater(`incidents snooze ${shop} --for 2h`);
    const { snoozedUntil } = JSON.parse((await headwater(`incidents show ${shop} -o json`)).stdout) as {
      snoozedUntil: string;
    };
    expect(Date.parse(snoozedUntil) - Date.now()).toBeGreaterThan(7_100_000);
    expect((await headwater(`incidents snooze ${shop} --wake`)).code).toBe(0);
    const resolved = await headwater(['incidents', 'resolve', String(shop), '--reason', 'rolled back', '-o', 'json']);
    expect(JSON.parse(resolved.stdout)).toMatchObject([{ status: 'resolved', resolvedBy: 'kim' }]);
    expect((await headwater(`incidents reopen ${shop}`)).stdout).toContain(': open\n');
  });

  it('does what it can of several and says what it could not', async () => {
    const { code, stdout, stderr } = await headwater(`incidents ack 999 ${shop} 998`);
    expect(stdout).toContain(`#${shop} `);
    expect(stderr).toBe('error: no incident 999\nno incident 998\n');
    expect(code).toBe(EXIT.notFound.code);
  });

  it('comments in words or from standard input, and merges', async () => {
    await headwater(['incidents', 'comment', String(shop), 'the new', 'release']);
    await headwater(`incidents comment ${shop}`, { stdin: 'and more\n' });
    const bodies = await database().db.selectFrom('comment').select('body').orderBy('id').execute();
    expect(bodies).toEqual([{ body: 'the new release' }, { body: 'and more' }]);
    expect((await headwater(`incidents comment ${shop}`)).stderr).toContain('the comment is empty');
    expect((await headwater(`incidents merge ${shop} ${bank} --reason one`)).code).toBe(0);
    expect((await headwater('incidents list -o json')).stdout).not.toContain(scene.bank);
  });

  it.each([
    'incidents snooze 1',
    'incidents snooze 1 --for soon',
    'incidents list --sort title',
    'incidents list -o xml',
    'incidents watch --count many',
  ])('refuses %s without asking a server', async (line) => {
    const { code, stderr } = await headwater(line, { env: { HEADWATER_SERVER: 'http://127.0.0.1:1' } });
    expect([EXIT.usage.code, EXIT.invalid.code]).toContain(code);
    expect(stderr).not.toContain('cannot reach');
  });

  it('has help with examples everywhere', async () => {
    for (const verb of [
      '',
      'list',
      'show',
      'ack',
      'snooze',
      'assign',
      'resolve',
      'reopen',
      'comment',
      'merge',
      'watch',
    ])
      expect((await headwater(`incidents ${verb} --help`.replace('  ', ' '))).stdout, verb).toContain('Examples:');
    for (const verb of ['', 'list', 'show'])
      expect((await headwater(`alerts ${verb} --help`.replace('  ', ' '))).stdout, verb).toContain('Examples:');
  });
});

describe('headwater incidents watch', () => {
  it('follows one incident live, and begins where a reader stopped', async () => {
    const stop = new AbortController();
    const watching = start(['incidents', 'watch', '-o', 'json', '--incident', String(shop), '--after', '0'], {
      signal: stop.signal,
    });
    const kinds = () =>
      watching.captured
        .stdout()
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { kind: string }).kind);
    await vi.waitFor(() => expect(kinds()).toEqual(['incident.opened']));
    await headwater(`incidents ack ${bank}`);
    await headwater(`incidents ack ${shop}`);
    await vi.waitFor(() => expect(kinds()).toEqual(['incident.opened', 'incident.acknowledged']));
    await server.close();
    await resolveIncident(scene.ctx(kim), { incidentId: scene.shop });
    server = await openServer();
    stop.abort();
    expect(await watching.code).toBe(0);
    const rest = await headwater(`incidents watch --incident ${shop} --after 1 --count 2`);
    expect(rest.stdout).toContain('acknowledged');
    expect(rest.stdout).toContain('kim resolved it');
  });

  it('ends after the wanted count, as text', async () => {
    const { code, stdout } = await headwater('incidents watch --after 0 --count 2');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout).toMatch(/^10:00:00 {2}opened +#\d prod\/\w+: Opened by/);
  });

  it('does not try for ever with a bad token', async () => {
    const { code, stderr } = await headwater('incidents watch', { env: { HEADWATER_TOKEN: 'bad' } });
    expect(code).toBe(EXIT.denied.code);
    expect(stderr).toContain('not a good token');
  });
});

describe('headwater alerts', () => {
  it('lists what fires and shows one', async () => {
    const json = JSON.parse(
      (await headwater('alerts list --label deployment=cart -l alertname=PodDown -o json')).stdout,
    ) as {
      id: string;
    }[];
    expect(json).toHaveLength(1);
    const table = await headwater('alerts list --severity critical');
    expect(table.stdout).toMatch(/QueueFull +bank +#\d/);
    const { stdout } = await headwater(`alerts show ${json[0]?.id}`);
    for (const part of ['PodDown', 'Labels', 'deployment=cart', 'Fired 1 times', 'Deployment shop/cart'])
      expect(stdout).toContain(part);
    expect(parse((await headwater(`alerts show ${json[0]?.id} -o yaml`)).stdout)).toMatchObject({ name: 'PodDown' });
    expect((await headwater('alerts list --status resolved')).stdout).toBe('No alerts.\n');
    expect((await headwater('alerts show alr_missing')).code).toBe(EXIT.notFound.code);
  });
});
