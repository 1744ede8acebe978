import { expect, it } from 'vitest';
import { redactedValue, redactObject, redactSecret } from './redact-object.ts';

const hash = (value: string): string => `${value.length}abc`;
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'db',
    namespace: 'shop',
    annotations: {
      note: 'kept',
      'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"password":"hunter2"}}',
    },
  },
  type: 'Opaque',
  data: { password: btoa('hunter2'), empty: '' },
  stringData: { user: 'äpp' },
};

it('replaces every value of a Secret by its length in bytes and its hash, and keeps the names', () => {
  const redacted = redactSecret(secret, hash);
  expect(redacted.data).toEqual({
    password: '<redacted: 7 bytes, hmac-sha256 7abc>',
    empty: '<redacted: 0 bytes, hmac-sha256 0abc>',
  });
  expect(redacted.stringData.user).toBe('<redacted: 4 bytes, hmac-sha256 3abc>');
  expect(JSON.stringify(redacted)).not.toContain('hunter2');
  expect(redacted.metadata.annotations.note).toBe('kept');
  expect(secret.data.password).toBe(btoa('hunter2'));
});

it('keeps only the length without a key', () => {
  expect(redactSecret(secret).data.password).toBe('<redacted: 7 bytes>');
});

it('leaves a redacted Secret as it is', () => {
  const once = redactSecret(secret, hash);
  expect(redactSecret(once)).toEqual(once);
  expect(redactObject(once, hash)).toEqual(once);
});

it('copes with values that are no base64 and no text', () => {
  const odd = { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { a: '%%%', b: 42, c: btoa('\u0000ÿ') } };
  expect(redactSecret(odd).data).toEqual({
    a: '<redacted: 3 bytes>',
    b: '<redacted: 2 bytes>',
    c: '<redacted: 2 bytes>',
  });
});

it('does not touch the Secret of another API group', () => {
  const foreign = { apiVersion: 'secrets.example.com/v1', kind: 'Secret', metadata: {}, data: { a: 'b' } };
  expect(redactSecret(foreign)).toBe(foreign);
});

it('redacts environment variables by their names, also in the last applied configuration', () => {
  const env = [
    { name: 'DB_PASSWORD', value: 'hunter2' },
    { name: 'API_TOKEN', value: '$(FROM_ELSEWHERE)' },
    { name: 'DB_URL', value: 'postgres://app:hunter2@db/shop' },
    { name: 'MODE', value: 'fast' },
    { name: 'KEY', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
  ];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { containers: [{ env }] } }),
      },
      managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:data': { 'f:password': {} } } }],
    },
    spec: { containers: [{ name: 'app', env, args: ['--password=hunter2', '--port=80'] }] },
  };
  const redacted = redactObject(pod, hash);
  expect(redacted.spec.containers[0]).toEqual({
    name: 'app',
    env: [
      { name: 'DB_PASSWORD', value: '<redacted: 7 bytes, hmac-sha256 7abc>' },
      env[1],
      { name: 'DB_URL', value: 'postgres://app:[masked:password]@db/shop' },
      env[3],
      env[4],
    ],
    args: ['--password=[masked:password]', '--port=80'],
  });
  expect(JSON.stringify(redacted)).not.toContain('hunter2');
  expect(redacted.metadata.managedFields).toBe(pod.metadata.managedFields);
});

it('redacts sensitive fields of ConfigMaps and custom resources but keeps the names of Secrets', () => {
  const resource = {
    apiVersion: 'example.com/v1',
    kind: 'Database',
    metadata: { name: 'main' },
    spec: {
      adminPassword: 'x1',
      secret: 'db-credentials',
      tls: { secretName: 'web-tls' },
      token: '',
      port: 5432,
      on: true,
    },
  };
  expect(redactObject(resource).spec).toEqual({ ...resource.spec, adminPassword: '<redacted: 2 bytes>' });
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {},
    data: { 'app.properties': 'db.password=hunter2\nport=1' },
  };
  expect(redactObject(config).data['app.properties']).toBe('db.password=[masked:password]\nport=1');
});

it('survives a last applied configuration that is no JSON, and things that are no objects', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{password=hunter2' } },
  };
  expect(JSON.stringify(redactObject(object))).not.toContain('hunter2');
  expect([redactObject(null), redactObject('x'), redactObject([1])]).toEqual([null, 'x', [1]]);
});

it('counts bytes, not characters', () => {
  expect(redactedValue('ü', undefined)).toBe('<redacted: 2 bytes>');
});
