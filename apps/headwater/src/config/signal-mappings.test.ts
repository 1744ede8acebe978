import { AppError } from '@headwater/core/errors.ts';
import { expect, it } from 'vitest';
import { signalMappings } from './signal-mappings.ts';

const mapping = { name: 'uptime', alertname: '{/title}' };

it('reads mappings as YAML gives them and as JSON of a variable', () => {
  const expected = [{ ...mapping, labels: {}, annotations: {} }];
  expect(signalMappings.read([mapping])).toEqual(expected);
  expect(signalMappings.read(JSON.stringify([mapping]))).toEqual(expected);
  expect(signalMappings.read(signalMappings.write(expected))).toEqual(expected);
});

it.each(['no JSON', '{}', 7])('knows that %j is no list', (value) => {
  expect(signalMappings.read(value)).toBeUndefined();
});

it('names the place of a mistake inside a mapping', () => {
  const wrong = (): unknown => signalMappings.read([mapping, { ...mapping, alertname: '{title}' }]);
  expect(wrong).toThrow(AppError);
  expect(wrong).toThrow(
    'found the text "{title}" at [1].alertname; expected a JSON pointer in {title}, such as {/alert/name}',
  );
  expect(wrong).toThrow('found the text "uptime" at [1].name; expected a name that is not taken; uptime is');
});
