import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@headwater/adapters/postgres/connect.ts';
import { embeddedAddress } from '@headwater/adapters/postgres/embedded/supervisor.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { openWork, violations } from './findings.ts';
import { lettersOf } from './letters.ts';
import { seeded } from '../seeded.ts';
import { startSender } from './sender.ts';
import { type Blow, createVictim, type Victim } from './victim.ts';

export interface CrashOptions {
  readonly seed: number;
  /** How often the program is killed. */
  readonly points: number;
  readonly alerts: number;
  /** What may die at a point, each as likely as the others. */
  readonly blows: readonly Blow[];
  /** Where the database's program is unpacked, shared by runs. */
  readonly cacheDirectory: string;
  readonly now: () => number;
  readonly say: (line: string) => void;
}

export interface CrashOutcome {
  readonly seed: number;
  readonly kills: Readonly<Record<Blow, number>>;
  /** Kills that hit before the program was ready again. */
  readonly whileStarting: number;
  readonly alerts: number;
  readonly bodies: number;
  readonly answered: number;
  readonly retries: number;
  /** What was lost, doubled or left undone; nothing, that is. */
  readonly violations: readonly string[];
}

const ALERTS_IN_BODY = 10;
const ALERTS_IN_GROUP = 50;
const TOKEN = 'crash-suite-token';
// A job of a killed process is taken up when its heartbeat has been missing for a while.
const WORK_WITHIN_MS = 120_000;

/** Streams alerts at a server that is killed at seeded points, and looks for what was lost or doubled. */
export async function runCrash(options: CrashOptions): Promise<CrashOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-crash-'));
  // Started as root, the database runs as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const dataDirectory = join(folder, 'data');
  const env = { HEADWATER_INTAKE_TOKEN: TOKEN, HEADWATER_ADMIN_PASSWORD: 'crash-suite-password-1' };
  const victim = await createVictim({ dataDirectory, cacheDirectory: options.cacheDirectory, env });
  const sender = startSender(victim.url, TOKEN);
  try {
    const letters = lettersOf({
      ...options,
      alertsInBody: ALERTS_IN_BODY,
      alertsInGroup: ALERTS_IN_GROUP,
      startsAt: options.now() - MINUTE,
    });
    victim.start();
    await victim.ready();
    const struck = await strike(options, {
      victim,
      add: (from, to) => sender.add(letters.slice(from, to)),
      bodies: letters.length,
    });
    await victim.ready();
    await sender.delivered();
    await victim.ready();
    const found = await settled(options, dataDirectory);
    for (const [name, status] of sender.refused) found.push(`body ${name} was refused with ${status}`);
    const { seed, alerts } = options;
    return {
      seed,
      ...struck,
      alerts,
      bodies: letters.length,
      answered: sender.answered.size,
      retries: sender.retries(),
      violations: found,
    };
  } catch (error) {
    options.say(victim.said());
    throw error;
  } finally {
    await sender.stop();
    await victim.kill('server and database');
    await rm(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly victim: Victim;
  readonly bodies: number;
  /** Hands the sender the next bodies. */
  readonly add: (from: number, to: number) => void;
}

async function strike(
  { seed, points, blows, say }: CrashOptions,
  { victim, bodies, add }: Scene,
): Promise<Pick<CrashOutcome, 'kills' | 'whileStarting'>> {
  const random = seeded(seed);
  const kills: Record<Blow, number> = { server: 0, 'server and database': 0, database: 0 };
  let whileStarting = 0;
  for (let point = 0; point < points; point++) {
    add(Math.floor((bodies * point) / points), Math.floor((bodies * (point + 1)) / points));
    const early = random() < 0.15 && point > 0;
    if (early) {
      whileStarting += 1;
      await sleep(random() * 800);
    } else {
      await victim.ready();
      // Now and then long enough for correlation and analyses to be under way.
      await sleep(random() ** 2 * 500);
    }
    const blow = blows[Math.floor(random() * blows.length)] ?? 'server';
    await victim.kill(blow);
    kills[blow] += 1;
    if (blow !== 'database') victim.start();
    if ((point + 1) % 20 === 0) say(`killed ${point + 1} of ${points} times`);
  }
  return { kills, whileStarting };
}

async function settled({ alerts, say }: CrashOptions, dataDirectory: string): Promise<string[]> {
  const connection = connect({ address: embeddedAddress(dataDirectory) });
  try {
    let open = await openWork(connection);
    for (let waited = 0; open > 0 && waited < WORK_WITHIN_MS; waited += 500) {
      await sleep(500);
      open = await openWork(connection);
    }
    say(`everything is delivered; ${open} pieces of work are left`);
    const left = open > 0 ? [`work left undone after ${WORK_WITHIN_MS / 1000} s: ${open}`] : [];
    return [...left, ...(await violations(connection, { alerts, groups: Math.ceil(alerts / ALERTS_IN_GROUP) }))];
  } finally {
    await connection.close();
  }
}
