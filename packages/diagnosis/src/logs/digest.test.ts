import { parseTime } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { LogDigester } from './digest.ts';

const NOW = parseTime('2026-03-01T12:00:00Z') ?? 0;

function digest(text: string) {
  const digester = new LogDigester({ namespace: 'a', pod: 'b', container: 'c', previous: false }, { now: NOW });
  for (const line of text.split('\n')) digester.push(line);
  return digester.finish();
}

function levels(text: string) {
  return digest(text).templates.map(({ level, sample }) => `${level} ${sample.n}`);
}

describe('LogDigester', () => {
  it('strips the timestamp of kubectl and keeps the indentation behind it', () => {
    const { lines } = digest('2026-03-01T10:00:00.5Z Error: boom\n2026-03-01T10:00:00.6Z     at main (/app/x.js:1:1)');
    expect(lines).toEqual([
      { n: 1, time: parseTime('2026-03-01T10:00:00.5Z'), text: 'Error: boom' },
      { n: 2, time: parseTime('2026-03-01T10:00:00.6Z'), text: '    at main (/app/x.js:1:1)' },
    ]);
  });

  it('takes a padded level behind a time for a new line, not for a continuation', () => {
    const { templates } = digest(
      '2026-03-01T10:00:00.500Z  INFO 1 --- ready\n2026-03-01T10:00:01.500Z ERROR 1 --- down',
    );
    expect(templates.map(({ level }) => level)).toEqual(['info', 'error']);
    const warned = digest(
      '2026-03-01T10:00:00.5Z  WARN api: slow\n2026-03-01T10:00:01.5Z  WARN the queue is too long now',
    );
    expect(warned.templates).toHaveLength(2);
  });

  it.each([
    ['2026-03-01 10:00:00,123 INFO started', '2026-03-01T10:00:00.123Z'],
    ['[2026-03-01T10:00:00+02:00] started', '2026-03-01T08:00:00Z'],
    ['E0301 10:00:00.500000 1 main.go:3] failed', '2026-03-01T10:00:00.5Z'],
    ['E1231 10:00:00.500000 1 main.go:3] failed', '2025-12-31T10:00:00.5Z'],
    ['2026/03/01 10:00:00 [error] 7#7: connect() failed', '2026-03-01T10:00:00Z'],
    ['10.0.0.1 - - [01/Mar/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 5', '2026-03-01T09:00:00Z'],
    ['1:M 01 Mar 2026 10:00:00.250 * Ready', '2026-03-01T10:00:00.250Z'],
    ['{"ts":1772359200.5,"msg":"x"}', '2026-03-01T10:00:00.5Z'],
    ['{"ts":1772359200500,"msg":"x"}', '2026-03-01T10:00:00.5Z'],
    ['{"time":"2026-03-01T10:00:00Z","msg":"x"}', '2026-03-01T10:00:00Z'],
    ['{"t":{"$date":"2026-03-01T10:00:00.000+00:00"},"s":"E","msg":"x"}', '2026-03-01T10:00:00Z'],
    ['{"instant":{"epochSecond":1772359200,"nanoOfSecond":1},"level":"INFO","message":"x"}', '2026-03-01T10:00:00Z'],
  ])('reads the time inside %s', (line, time) => {
    expect(digest(line).lines[0]?.time).toBe(parseTime(time));
  });

  it('gives the details of a record the time of its start', () => {
    const { lines } = digest('2026-03-01 10:00:00,123 ERROR x failed\njava.io.IOException: no\n\tat a.B.c(B.java:1)');
    expect(new Set(lines.map(({ time }) => time)).size).toBe(1);
  });

  it.each([
    ['E0301 10:00:00.1 1 x.go:1] sync failed', 'error'],
    ['W0301 10:00:00.1 1 x.go:1] slow', 'warn'],
    ['time="2026-03-01T10:00:00Z" level=error msg="x"', 'error'],
    ['{"severity":"WARNING","message":"x"}', 'warn'],
    ['{"level":50,"msg":"x"}', 'error'],
    ['{"level":30,"msg":"x"}', 'info'],
    ['2026-03-01 10:00:00 UTC [1] FATAL:  password authentication failed for user "app"', 'error'],
    ['2026-03-01 10:00:00 UTC [1] LOG:  database system is ready to accept connections', 'info'],
    ['2026-03-01T10:00:00.1Z 0 [ERROR] [MY-010119] [Server] Aborting', 'error'],
    ['2026-03-01 10:00:00.1  WARN 1 --- [main] o.s.X : y', 'warn'],
    ['fail: Some.Category[0]', 'error'],
    ['[10:00:00 ERR] boom', 'error'],
    ['sh: 1: frobnicate: not found', 'error'],
    ['exec /app/server: exec format error', 'error'],
    ['10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /error HTTP/1.1" 200 5', 'info'],
    ['10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 503 5', 'error'],
    ['finished with 0 errors', 'info'],
    ['errors=0 failed=0', 'info'],
    ['connect timeout set to 30s', 'info'],
    ['{"level":"info","msg":"order failed over successfully"}', 'info'],
    ['2026-03-01 10:00:00 INFO retrying: java.net.ConnectException: Connection refused', 'warn'],
  ])('calls %s %s', (line, level) => {
    expect(digest(line).templates[0]?.level).toBe(level);
  });

  it('makes one template of a Java trace per named failure, none of its frames', () => {
    const text = [
      '2026-03-01 10:00:00,1 ERROR main - start failed',
      'org.x.BeanException: cannot create',
      '\tat org.x.A.b(A.java:1)',
      '\t... 12 more',
      'Caused by: java.net.UnknownHostException: db',
      '\tat java.net.Z.q(Z.java:2)',
      '2026-03-01 10:00:01,1 INFO main - bye',
    ].join('\n');
    expect(levels(text)).toEqual(['error 1', 'error 2', 'error 5', 'info 7']);
  });

  it('lets the last line of a Python traceback name the failure', () => {
    const text =
      'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    x()\nValueError: bad port\nnext';
    expect(levels(text)).toEqual(['error 4', 'info 5']);
  });

  it('reads a Python traceback whose indentation was lost', () => {
    const text =
      'Traceback (most recent call last):\nFile "a.py", line 1, in <module>\nmain: int = f()\npkg.errors.ConfigError: no port';
    expect(levels(text)).toEqual(['error 4']);
  });

  it('reads the exception below a frozen module, which has no line of code', () => {
    const text =
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\n  File "<frozen os>", line 7, in get\nKeyError: 1';
    expect(levels(text)).toEqual(['error 5']);
  });

  it('takes the message from the line below a .NET or Rust header', () => {
    const text =
      "fail: A.B[1]\n      Cannot open database\nthread 'main' panicked at src/main.rs:3:5:\ncalled unwrap on None";
    expect(levels(text)).toEqual(['error 1', 'error 2', 'error 3', 'error 4']);
  });

  it('keeps the goroutines of a Go panic with the panic', () => {
    const text =
      'panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:5 +0x1d\nexit status 2';
    expect(levels(text)).toEqual(['error 1']);
  });

  it('clusters lines that differ in numbers, ids and quoted text', () => {
    const text = Array.from({ length: 50 }, (_, i) => `ERROR order ${i} of "user${i}" failed after ${i}ms`).join('\n');
    const { templates } = digest(text);
    expect(templates).toHaveLength(1);
    expect(templates[0]).toMatchObject({ count: 50, pattern: 'ERROR order <*> of <*> failed after <*>ms' });
    expect([templates[0]?.sample.n, templates[0]?.last.n]).toEqual([1, 50]);
  });

  it('keeps the first and last of each failure with neighbours in a long log', () => {
    const digester = new LogDigester({ namespace: 'a', pod: 'b', container: 'c', previous: false });
    for (let i = 1; i <= 20_000; i++) digester.push(i % 1000 === 0 ? `ERROR disk ${i} broke` : `ok ${i}`);
    const { lines, templates, totalLines } = digester.finish();
    expect(totalLines).toBe(20_000);
    const numbers = lines.map(({ n }) => n);
    expect(numbers).toEqual(expect.arrayContaining([1, 200, 998, 999, 1000, 1001, 1003, 19_000, 19_999, 20_000]));
    expect(numbers).not.toContain(1004);
    expect(lines.length).toBeLessThan(700);
    for (const template of templates.filter(({ level }) => level === 'error')) {
      expect(numbers).toContain(template.sample.n);
      expect(numbers).toContain(template.last.n);
    }
  });

  it('stays bounded when every failure has another shape', () => {
    const digester = new LogDigester({ namespace: 'a', pod: 'b', container: 'c', previous: false });
    const word = (i: number) => String(i).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
    for (let i = 0; i < 5_000; i++) digester.push(`ERROR ${word(i)} ${word(i * 7)} ${'x'.repeat(6_000)}`);
    const { lines, templates } = digester.finish();
    expect(templates.length).toBeLessThanOrEqual(201);
    expect(templates.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(lines.length).toBeLessThan(2_500);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(4_096);
  });

  it('does not read lines after the clock', () => {
    expect(digest('2026-03-01T11:59:59Z a\n2026-03-01T12:00:01Z b').totalLines).toBe(1);
  });

  it('is deterministic, removes colour and counts bytes', () => {
    const text = `${String.fromCharCode(27)}[31mERROR${String.fromCharCode(27)}[0m boom\r`;
    expect(digest(text)).toEqual(digest(text));
    expect(digest(text).lines[0]?.text).toBe('ERROR boom');
    expect(digest(text).totalBytes).toBe(text.length + 1);
  });
});
