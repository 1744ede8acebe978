import { describe, expect, it } from 'vitest';
import { ownerFinder } from './owners.ts';
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

describe('ownerFinder', () => {
  const ownerOf = ownerFinder(['ts-order-service', 'ts-order-other-service', 'ts-travel-service', 'ts-user-service']);

  it('goes by the words that tell names apart, the longest first', () => {
    expect(ownerOf('/api/v1/orderservice/**')).toBe('ts-order-service');
    expect(ownerOf('/api/v1/orderOtherService/**')).toBe('ts-order-other-service');
    expect(ownerOf('/api/v1/users/**')).toBe('ts-user-service');
  });

  it('names nobody for a path without such a word', () => {
    expect(ownerOf('/api/v1/service')).toBeNull();
    expect(ownerOf('/')).toBeNull();
  });
});
