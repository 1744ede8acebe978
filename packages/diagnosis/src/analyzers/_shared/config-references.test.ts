import { expect, it } from 'vitest';
import { readField } from '../../snapshot/field.ts';
import { configReferences } from './config-references.ts';

const spec = {
  initContainers: [
    { name: 'migrate', env: [{ name: 'DSN', valueFrom: { secretKeyRef: { name: 'db', key: 'dsn' } } }] },
  ],
  containers: [
    {
      name: 'app',
      env: [
        { name: 'PLAIN', value: 'x' },
        { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'common', key: 'mode', optional: true } } },
      ],
      envFrom: [{ configMapRef: { name: 'common' } }, { secretRef: { name: 'creds' } }],
    },
  ],
  volumes: [
    {
      name: 'conf',
      configMap: {
        name: 'files',
        items: [
          { key: 'a.yaml', path: 'a' },
          { key: 'b.yaml', path: 'b' },
        ],
      },
    },
    { name: 'tls', secret: { secretName: 'tls' } },
    {
      name: 'all',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token' } },
          { configMap: { name: 'ca' } },
          { secret: { name: 'more', optional: true } },
        ],
      },
    },
    { name: 'tmp', emptyDir: {} },
  ],
};

it('finds every reference, keys and optional ones included', () => {
  const found = configReferences(spec).map(
    ({ kind, name, key, optional }) => `${kind} ${name} ${key ?? '*'}${optional ? ' optional' : ''}`,
  );
  expect(found).toEqual([
    'Secret db dsn',
    'ConfigMap common mode optional',
    'ConfigMap common *',
    'Secret creds *',
    'ConfigMap files a.yaml',
    'ConfigMap files b.yaml',
    'Secret tls *',
    'ConfigMap ca *',
    'Secret more * optional',
  ]);
});

it('gives paths under which a Pod shows the reference', () => {
  for (const { path, name } of configReferences(spec))
    expect(JSON.stringify(readField({ spec }, path)), path).toContain(`"${name}"`);
});

it('reads nothing from nothing', () => {
  expect(configReferences(undefined)).toEqual([]);
  expect(
    configReferences({
      containers: [{ name: 'a', env: [{ name: 'X', valueFrom: { configMapKeyRef: { key: 'k' } } }] }],
    }),
  ).toEqual([]);
});
