import { describe, expect, it } from 'vitest';
import { changeLineBefore, isChangeLine } from './change-line.ts';
import { LogDigester } from './digest.ts';
import { topOwnFrame } from './top-frame.ts';

describe('isChangeLine', () => {
  it.each([
    'Reloaded configuration from /etc/app/config.yaml',
    'msg="Completed loading of configuration file" settings reloaded',
    'Successfully applied migration V42__drop_column.sql to schema "public"',
    'feature flag "new-checkout" changed from false to true',
    'Flag newPricing enabled',
    'received SIGHUP, reloading',
    'Migrating schema "shop" to version 42',
    'credentials rotated for db',
    'switched upstream from blue to green',
    'detected new configuration, restarting workers',
  ])('is %s', (line) => expect(isChangeLine(line)).toBe(true));

  it.each([
    'loading configuration failed: no such file',
    'GET /config 200',
    'no changes in configuration detected',
    'order 12 applied',
    'loaded 300 products',
    'schema is up to date. No migration necessary.',
  ])('is not %s', (line) => expect(isChangeLine(line)).toBe(false));
});

describe('changeLineBefore', () => {
  const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
  const digest = (change: number): ReturnType<LogDigester['finish']> => {
    const digester = new LogDigester({ namespace: 'a', pod: 'b', container: 'c', previous: false });
    for (let second = 0; second < 4_000; second++) {
      if (second === change) digester.push(`${at(second)} INFO Reloaded configuration`);
      digester.push(second < 3_000 ? `${at(second)} INFO served ${second}` : `${at(second)} ERROR total is negative`);
    }
    return digester.finish();
  };
  const first = (stream: ReturnType<LogDigester['finish']>) =>
    stream.templates.find(({ level }) => level === 'error')?.sample;

  it('finds the change far above the first failure in a long log', () => {
    const stream = digest(2_900);
    const line = first(stream);
    expect(line && changeLineBefore(stream, line)?.text).toBe('INFO Reloaded configuration');
  });

  it('leaves out one of long before', () => {
    const stream = digest(50);
    const line = first(stream);
    expect(line && changeLineBefore(stream, line)).toBeNull();
  });
});

describe('topOwnFrame', () => {
  it.each([
    [
      [
        'java.lang.NullPointerException: x',
        '\tat java.util.Map.get(Map.java:1)',
        '\tat com.shop.Cart.total(Cart.java:41)',
        '\tat com.shop.Api.get(Api.java:9)',
      ],
      'Cart.java:41',
    ],
    [
      [
        'TypeError: x',
        '    at Object.run (/app/node_modules/express/lib/a.js:1:2)',
        '    at total (/app/src/cart.js:12:7)',
      ],
      '/app/src/cart.js:12',
    ],
    [
      [
        '  File "/app/main.py", line 3, in <module>',
        '  File "/app/cart.py", line 9, in total',
        '  File "/usr/lib/python3.12/json/decoder.py", line 1, in x',
        'KeyError: 1',
      ],
      '/app/cart.py:9',
    ],
    [
      [
        'panic: boom',
        'goroutine 1 [running]:',
        'runtime.gopanic()',
        '\t/usr/local/go/src/runtime/panic.go:1 +0x1',
        'main.total()',
        '\t/app/cart.go:7 +0x1d',
      ],
      '/app/cart.go:7',
    ],
    [['fail', '   at System.Linq.First()', '   at Shop.Cart.Total() in /src/Cart.cs:line 12'], '/src/Cart.cs:12'],
    [["thread 'main' panicked at src/cart.rs:3:5:"], 'src/cart.rs:3'],
    [['PHP Fatal error', '#0 /app/vendor/a.php(1): f()', '#1 /app/src/cart.php(7): g()'], '/app/src/cart.php:7'],
    [
      ['NoMethodError: x', "\tfrom /usr/local/lib/ruby/gems/rack.rb:1:in `call'", "\tfrom /app/cart.rb:3:in `total'"],
      '/app/cart.rb:3',
    ],
  ])('%#', (record, place) => {
    expect(topOwnFrame(record)?.place).toBe(place);
  });

  it('is null where all frames are foreign', () => {
    expect(topOwnFrame(['x', '\tat java.util.Map.get(Map.java:1)'])).toBeNull();
  });
});
