import { describe, expect, it } from 'vitest';
import { misroutes, ownersAmong } from './owners.ts';
import { readRoutes } from './route-table.ts';

const brief = (text: string) =>
  readRoutes(text).map(({ id, host, port, paths, from, to }) => [
    id,
    port === null ? host : `${host}:${port}`,
    paths.join(' '),
    `${from}-${to}`,
  ]);

describe('readRoutes', () => {
  it('reads YAML lists of routes', () => {
    const text = `server:
  port: 8080
spring:
  cloud:
    gateway:
      routes:
        - id: order
          uri: lb://order-service
          predicates:
            - Path=/api/order/**, /api/orders/**
        - id: pay
          uri: http://pay-service:18080
          predicates:
            - Path=/api/pay/**
`;
    expect(brief(text)).toEqual([
      ['order', 'order-service', '/api/order/** /api/orders/**', '7-10'],
      ['pay', 'pay-service:18080', '/api/pay/**', '11-14'],
    ]);
  });

  it('reads items at the indent of their key, services around routes, and Envoy matches', () => {
    expect(brief('routes:\n- id: a\n  uri: http://a:80\n  predicates:\n  - Path=/a\n')).toEqual([
      ['a', 'a:80', '/a', '2-5'],
    ]);
    expect(brief('services:\n- name: orders\n  url: http://orders:80\n  routes:\n  - paths:\n    - /orders\n')).toEqual(
      [['orders', 'orders:80', '/orders', '2-6']],
    );
    expect(brief('routes:\n- match: { prefix: "/cart" }\n  route: { cluster: cart }\n')).toEqual([
      [null, 'cart', '/cart', '2-3'],
    ]);
  });

  it('reads nginx locations and properties', () => {
    expect(
      brief(
        'server {\n  location /cart/ {\n    proxy_pass http://cart:7070/;\n  }\n  location = /health { return 200; }\n}',
      ),
    ).toEqual([[null, 'cart:7070', '/cart/', '2-4']]);
    expect(brief('zuul.routes.cart.path=/cart/**\nzuul.routes.cart.serviceId=cart-service\n')).toEqual([
      [null, 'cart-service', '/cart/**', '1-2'],
    ]);
  });

  it('reads nothing from other configuration', () => {
    expect(brief('- name: x\n  value: y\n')).toEqual([]);
  });
});

const NAMES = [
  'mart-order-service',
  'mart-order-other-service',
  'mart-travel-service',
  'mart-user-service',
  'mart-auth-service',
  'mart-verification-code-service',
  'mart-basic-service',
  'mart-admin-basic-info-service',
];

describe('ownersAmong', () => {
  const owners = ownersAmong(NAMES);

  it('goes by the words that tell names apart, the longest first', () => {
    expect(owners.of('/api/v1/orderservice/**')).toBe('mart-order-service');
    expect(owners.of('/api/v1/orderOtherService/**')).toBe('mart-order-other-service');
    expect(owners.of('/api/v1/users/**')).toBe('mart-user-service');
  });

  it('names nobody for a path without such a word', () => {
    expect(owners.of('/api/v1/service')).toBeNull();
    expect(owners.of('/')).toBeNull();
  });

  it('knows a Service by part of its name or its stem', () => {
    expect(owners.fits('mart-verification-code-service', '/api/v1/verifycode/**')).toBe(true);
    expect(owners.fits('mart-admin-basic-info-service', '/api/v1/adminbasicservice/**')).toBe(true);
    expect(owners.fits('mart-travel-service', '/api/v1/orderservice/**')).toBe(false);
  });
});

describe('misroutes', () => {
  const route = (id: string | null, path: string, host: string) => ({
    id,
    host,
    port: null,
    paths: [path],
    from: 1,
    to: 1,
  });
  const good = [
    route('auth', '/api/v1/auth/**', 'mart-auth-service'),
    route('user', '/api/v1/users/**', 'mart-auth-service'),
    route('user-admin', '/api/v1/userservice/**', 'mart-user-service'),
    route('admin-basic', '/api/v1/adminbasicservice/**', 'mart-admin-basic-info-service'),
    route('basic', '/api/v1/basicservice/**', 'mart-basic-service'),
    route('travel', '/api/v1/travelservice/**', 'mart-travel-service'),
    route('code', '/api/v1/verifycode/**', 'mart-verification-code-service'),
  ];
  const order = route('order', '/api/v1/orderservice/**', 'mart-order-service');
  const judge = (routes: ReturnType<typeof route>[], edited = false) =>
    misroutes(routes, { serviceOf: ({ host }) => host, owners: ownersAmong(NAMES), edited }).map(
      ({ wrong, victim }) => [wrong, victim],
    );

  it('accepts a Service with several paths, abbreviations and partial names', () => {
    expect(judge([...good, order])).toEqual([]);
  });

  it('finds a target that leaves the named Service without a route', () => {
    expect(judge([...good, { ...order, host: 'mart-travel-service' }])).toEqual([['target', 'mart-order-service']]);
  });

  it('finds a path that belongs to another Service', () => {
    expect(judge([...good, { ...order, paths: ['/api/v1/travelservice/**'] }])).toEqual([
      ['path', 'mart-order-service'],
    ]);
  });

  it('needs a habit in the table, the id, or a fresh edit', () => {
    const lone = { ...order, id: null, host: 'mart-travel-service' };
    expect(judge([lone])).toEqual([]);
    expect(judge([{ ...lone, id: 'order' }])).toEqual([['target', 'mart-order-service']]);
    expect(judge([lone], true)).toEqual([['target', 'mart-order-service']]);
  });
});
