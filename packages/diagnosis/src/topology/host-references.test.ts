import { describe, expect, it } from 'vitest';
import { bareHost, hostsIn } from './host-references.ts';

const brief = (text: string) => hostsIn(text).map(({ host, port }) => (port === null ? host : `${host}:${port}`));

describe('hostsIn', () => {
  it.each([
    ['redis-cart:6379', ['redis-cart:6379']],
    ['http://catalog.shop.svc.cluster.local:3550/items?x=1', ['catalog.shop.svc.cluster.local:3550']],
    ['https://user:p%40ss@payments/v1', ['payments']],
    ['jdbc:mysql://orders-db:3306/orders?useSSL=false', ['orders-db:3306']],
    ['mongodb://a:27017,b:27017/shop?replicaSet=rs0', ['a:27017', 'b:27017']],
    ['amqp://guest:guest@rabbit:5672//', ['rabbit:5672']],
    ['app:secret@tcp(orders-db:3306)/orders', ['orders-db:3306']],
    ['kafka-0.kafka:9092,kafka-1.kafka:9092', ['kafka-0.kafka:9092', 'kafka-1.kafka:9092']],
    ['nacos-0.nacos.data.svc.cluster.local', ['nacos-0.nacos.data.svc.cluster.local']],
    ['dial tcp 10.96.0.17:8080: connect: connection refused', ['10.96.0.17:8080']],
    ['proxy_pass http://api-v2;', ['api-v2']],
  ])('%s', (text, expected) => {
    expect(brief(text)).toEqual(expected);
  });

  it.each([
    '12:30:05',
    '2026-03-01T10:00:00Z',
    'http://localhost:8080',
    '127.0.0.1:53',
    'image:v1.2',
    'a:1234567',
    'C:\\temp',
    'http://${HOST}:80',
    'port: 8080',
    'sha256:0123456789abcdef',
  ])('reads no host from %s', (text) => {
    expect(brief(text)).toEqual([]);
  });

  it('keeps the text as it stands for citation', () => {
    expect(hostsIn('REDIS=Redis-Cart:6379')[0]).toMatchObject({
      host: 'redis-cart',
      port: 6379,
      text: 'Redis-Cart:6379',
    });
  });

  it('reads only the head of a huge text', () => {
    expect(hostsIn(`${'x'.repeat(70_000)} db:5432`)).toEqual([]);
  });
});

describe('bareHost', () => {
  it('takes a text that is one name and refuses words with anything around them', () => {
    expect(bareHost(' orders-db ')?.host).toBe('orders-db');
    expect(bareHost('orders-db:3306')).toMatchObject({ host: 'orders-db', port: 3306 });
    expect(bareHost('orders db')).toBeNull();
    expect(bareHost('42')).toBeNull();
  });
});
