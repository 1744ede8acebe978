import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { wire } from '../wiring.ts';
import { type ConfigSources, type Configuration, readConfiguration, settingRows } from './read.ts';
import { showConfiguration } from './show.ts';

function read(env: Record<string, string>, text?: string, more: Partial<ConfigSources> = {}): Configuration {
  return readConfiguration({
    env,
    file: text === undefined ? undefined : { path: 'headwater.yaml', text },
    readSecret: () => {
      throw new Error('no such file');
    },
    ...more,
  });
}

function faults(env: Record<string, string>, text?: string, more: Partial<ConfigSources> = {}): string[] {
  try {
    read(env, text, more);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).message.split('\n').map((line) => line.trim());
  }
  return [];
}

describe('the configuration', () => {
  it('is its defaults when nothing is given', () => {
    const { settings, origins } = read({ PATH: '/bin', HOME: '/root' });
    expect(settings.server).toMatchObject({ port: 8080, roles: ['api', 'worker'], shutdownTimeout: 20_000 });
    expect(origins.size).toBe(0);
  });

  it('takes options before variables before the file, and says from where', () => {
    const file = 'server:\n  port: 1000\n  host: 0.0.0.0\n  logLevel: warn\n';
    const options = { 'server.port': { option: '--port', value: '3000' } };
    const { settings, origins } = read({ HEADWATER_PORT: '2000', LOG_LEVEL: 'error' }, file, { options });
    expect(settings.server).toMatchObject({ port: 3000, host: '0.0.0.0', logLevel: 'error' });
    expect([...origins]).toEqual([
      ['server.host', 'headwater.yaml:3'],
      ['server.port', '--port'],
      ['server.logLevel', 'LOG_LEVEL'],
    ]);
  });

  it('reads lists, flags and durations from text and from YAML', () => {
    const { settings } = read(
      { HEADWATER_ROLES: ' api , worker', HEADWATER_SHUTDOWN_TIMEOUT: '1m30s' },
      'server:\n  corsOrigins: [https://a.example, https://b.example]\n  tlsClientRequired: no\n',
    );
    expect(settings.server).toMatchObject({
      roles: ['api', 'worker'],
      shutdownTimeout: 90_000,
      corsOrigins: ['https://a.example', 'https://b.example'],
      tlsClientRequired: false,
    });
  });

  it('tells every mistake at once, each with its place and what was expected', () => {
    const told = faults(
      { HEADWATER_PORT: 'eighty', HEADWATER_LOG_LEVLE: 'info', HEADWATER_TLS_CERT_FILE: '/x' },
      'server:\n  hots: x\n  shutdownTimeout: 20\nservre:\n  a: 1\n',
    );
    expect(told).toEqual([
      'the configuration is wrong:',
      'HEADWATER_PORT: "eighty" is not a whole number from 0 to 65535',
      expect.stringMatching(/^headwater.yaml:3: 20 is not a duration such as 30s/),
      'HEADWATER_LOG_LEVLE: there is no such setting; did you mean HEADWATER_LOG_LEVEL?',
      'headwater.yaml:2: there is no setting server.hots; did you mean server.host?',
      expect.stringMatching(/^headwater.yaml:5: there is no setting servre.a/),
    ]);
  });

  it('holds settings to each other once each is well formed', () => {
    expect(faults({ HEADWATER_TLS_CERT_FILE: '/x', HEADWATER_CORS_ORIGINS: 'https://a.example/' })).toEqual([
      'the configuration is wrong:',
      'HEADWATER_TLS_CERT_FILE and HEADWATER_TLS_KEY_FILE: one is given without the other',
      expect.stringContaining('"https://a.example/" is not an origin'),
    ]);
  });

  it('refuses two names of one setting that differ, and takes them when they agree', () => {
    expect(faults({ HEADWATER_PORT: '1', PORT: '2' })).toContain(
      'HEADWATER_PORT and PORT mean the same and differ; keep one of them',
    );
    expect(read({ HEADWATER_PORT: '7', PORT: '7' }).settings.server.port).toBe(7);
  });

  it('is not confused by the variables of a Kubernetes Service named headwater, nor by empty ones', () => {
    const env = {
      HEADWATER_PORT: 'tcp://10.0.0.1:8080',
      HEADWATER_SERVICE_HOST: '10.0.0.1',
      HEADWATER_SERVICE_PORT: '8080',
      HEADWATER_SERVICE_PORT_HTTP: '8080',
      HEADWATER_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      HEADWATER_PORT_8080_TCP_ADDR: '10.0.0.1',
      HEADWATER_POSTGRESQL_SERVICE_HOST: '10.0.0.2',
      HEADWATER_LOG_LEVEL: '',
    };
    expect(read(env).settings.server).toMatchObject({ port: 8080, logLevel: 'info' });
  });

  it('says where a file is broken', () => {
    expect(faults({}, 'server:\n  port: 1\n  port: 2\n')[0]).toMatch(/^headwater.yaml:3: .*unique/i);
    expect(faults({}, 'server: [')[0]).toMatch(/^headwater.yaml:1: /);
    expect(faults({}, '- a')[0]).toContain('expected groups of settings');
    expect(faults({}, 'server: 8080')[1]).toContain('server is a group');
    expect(faults({}, '# nothing set yet\n')).toEqual([]);
    expect(faults({}, 'server:\n')).toEqual([]);
  });
});

describe('a secret', () => {
  const secret = settingRows().find(({ row }) => row.secret);

  it('is read from the file its variable names, without the line end, and never shown', () => {
    if (!secret) throw new Error('no setting is secret');
    const value = 'postgres://u:p4ssw0rd-p4ssw0rd-p4ssw0rd-p4ssw0rd@h/d';
    const configuration = read({ [`${secret.row.env}_FILE`]: '/run/secret' }, undefined, {
      readSecret: () => `${value}\n`,
    });
    const [group = '', name = ''] = secret.key.split('.');
    expect(configuration.settings).toHaveProperty([group, name], value);
    const shown = showConfiguration(configuration);
    expect(shown).not.toContain('p4ssw0rd');
    expect(shown).toContain(`${name}: ********  # ${secret.row.env}_FILE`);
  });

  it('whose file cannot be read, is empty, or is given twice is told', () => {
    if (!secret) throw new Error('no setting is secret');
    const file = `${secret.row.env}_FILE`;
    expect(faults({ [file]: '/nowhere' })).toContain(`${file}: cannot read /nowhere: no such file`);
    expect(faults({ [file]: '/empty' }, undefined, { readSecret: () => '\n' })).toContain(
      `${file}: the file /empty is empty`,
    );
    expect(faults({ [file]: '/a', [secret.row.env]: 'x' }, undefined, { readSecret: () => 'y' })).toContain(
      `${secret.row.env} and ${file} mean the same and differ; keep one of them`,
    );
  });
});

describe('the table', () => {
  it('names each variable once, with the prefix, and a default its own kind accepts', () => {
    const rows = settingRows();
    const names = rows.flatMap(({ row }) => [row.env, ...(row.aliases ?? [])]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { key, row } of rows) {
      expect(row.env).toMatch(/^HEADWATER_[A-Z0-9_]+$/);
      expect(row.help, key).toMatch(/\.$/);
      if (row.default !== undefined) expect(row.kind.read(row.kind.write(row.default)), key).toEqual(row.default);
    }
  });
});

describe('headwater config', () => {
  it('prints an example that reads back as the defaults', async () => {
    const printed = captureIo();
    expect(await run(['config', 'example'], { io: printed.io, wiring: wire })).toBe(0);
    expect(read({}, printed.stdout()).settings).toEqual(read({}).settings);
  });

  it('checks and shows what serve would use', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-config-'));
    try {
      const file = join(folder, 'h.yaml');
      writeFileSync(file, 'server:\n  port: 9000\n');
      const shown = captureIo({ env: { HEADWATER_CONFIG: file } });
      expect(await run(['config', 'show'], { io: shown.io, wiring: wire })).toBe(0);
      expect(shown.stdout()).toContain(`port: 9000  # ${file}:2`);
      const checked = captureIo({ env: { HEADWATER_PROT: '1' } });
      expect(await run(['config', 'check', '--config', file], { io: checked.io, wiring: wire })).toBe(3);
      expect(checked.stderr()).toContain('did you mean HEADWATER_PORT?');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
