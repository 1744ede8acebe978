import { expect, it } from 'vitest';
import { readConfigError, readReloadError } from './patterns.ts';

it.each([
  ['yaml: line 3: did not find expected key', 'document'],
  [
    'error loading config file "/etc/x/config.yaml": yaml: unmarshal errors: line 2: cannot unmarshal !!str into int',
    'document',
  ],
  ['json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 3 column 1', 'document'],
  ['SyntaxError: Unexpected token } in JSON at position 41', 'document'],
  ['SyntaxError: Expected double-quoted property name in JSON at position 40 (line 4 column 1)', 'document'],
  ['SyntaxError: Unexpected non-whitespace character after JSON at position 9', 'document'],
  ['toml: line 4: expected value but found newline', 'document'],
  ['nginx: [emerg] unknown directive "prox_pass" in /etc/nginx/conf.d/default.conf:7', 'setting'],
  ['[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:12] : unknown keyword', 'setting'],
  ['*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***', 'setting'],
  ['FATAL:  unrecognized configuration parameter "max_conections"', 'setting'],
  ["mysqld: [ERROR] unknown variable 'inodb_buffer=1G'", 'setting'],
  ['level=error msg="Error loading config (--config.file=/etc/prometheus/prometheus.yml)" err="bad"', 'setting'],
  ['[emerg] unknown directive "max_page" in /etc/app/config.yaml', 'setting'],
  ['FATAL: bad_option detected in /etc/db/config.yaml -- aborting startup', 'setting'],
  ['strconv.Atoi: parsing "eight": invalid syntax', 'value'],
  ['java.lang.NumberFormatException: For input string: "eight"', 'value'],
])('reads %s as a %s', (line, kind) => {
  expect(readConfigError(line)?.kind).toBe(kind);
});

it.each([
  'failed to load config /etc/x.yaml: open /etc/x.yaml: no such file or directory',
  'nginx: [emerg] host not found in upstream "api" in /etc/nginx/nginx.conf:3',
  'could not read config from server: connection refused',
  'configuration loaded',
])('leaves %s', (line) => {
  expect(readConfigError(line)).toBeNull();
});

it('names the file and the value', () => {
  expect(readConfigError('yaml: line 3: did not find expected key in /etc/app/app.yaml')?.file).toBe(
    '/etc/app/app.yaml',
  );
  expect(readConfigError('time: invalid duration "5x"')?.value).toBe('5x');
});

it('reads a refused reload only of configuration', () => {
  expect(readReloadError('level=error msg="Error reloading config" err="x"')).not.toBeNull();
  expect(readReloadError('failed to reload page for user 3')).toBeNull();
});
