import { describe, expect, it } from 'vitest';
import { castOf, literalOf } from './cast.ts';
import { aliasClasses, entitiesOf } from './entities.ts';
import { readGroundTruth } from './ground-truth.ts';

const BODY = `
alerts:
  - {id: HighErrorRate, group_id: cart-service-1, metadata: {description: x}}
  - {id: ""}
aliases: [[cart-service-1, cart-pod-1], [cart-pod-1, cart-deployment-1], []]
fault:
  - category: Change
    condition: Something about Cart
    entity: {group_id: cart-pod-1, kind: HttpChaos, name: cart}
    fault_mechanism: custom
groups:
  - {id: cart-service-1, kind: Service, namespace: otel-demo, filter: ['cart\\b']}
  - {id: cart-pod-1, kind: Pod, namespace: otel-demo, filter: ['cart-.*'], root_cause: true}
  - {id: cart-deployment-1, kind: Deployment, namespace: otel-demo, filter: ['cart-.*']}
  - {id: settings, kind: ConfigMap, namespace: otel-demo, name: flagd-config}
  - nothing
propagations:
  - {source: cart-pod-1, target: cart-service-1, condition: a, effect: b}
  - {source: cart-pod-1}
`;

describe('ground truths', () => {
  const indented = BODY.replaceAll('\n', '\n  ');

  it.each([
    ['with spec', `spec:${indented}`],
    ['without spec', BODY],
  ])('are read %s, and what is malformed is left out', (_, text) => {
    const truth = readGroundTruth('7', text);
    expect(truth.alerts).toEqual([{ name: 'HighErrorRate', group: 'cart-service-1' }]);
    expect(truth.groups.map(({ id, rootCause }) => [id, rootCause])).toEqual([
      ['cart-service-1', false],
      ['cart-pod-1', true],
      ['cart-deployment-1', false],
      ['settings', false],
    ]);
    expect(truth.groups[3]?.filters).toEqual(['^flagd-config$']);
    expect(truth.faults[0]).toMatchObject({ entity: { kind: 'HTTPChaos', name: 'cart', group: 'cart-pod-1' } });
    expect(truth.propagations).toEqual([{ source: 'cart-pod-1', target: 'cart-service-1' }]);
  });

  it('merge aliases across lists', () => {
    const classOf = aliasClasses(readGroundTruth('7', BODY));
    expect(classOf('cart-service-1')).toBe(classOf('cart-deployment-1'));
    expect(classOf('settings')).not.toBe(classOf('cart-pod-1'));
  });
});

describe('the cast', () => {
  it.each([
    ['frontend-proxy\\b', 'frontend-proxy'],
    ['checkout-.*', 'checkout'],
    ['.*payment.*', 'payment'],
    ['.*frontend-[a-z0-9]+-[a-z0-9]+$', 'frontend'],
    ['otel-demo-quote-http-chaos-abort', 'otel-demo-quote-http-chaos-abort'],
  ])('reads %s as %s', (filter, literal) => {
    expect(literalOf(filter)).toBe(literal);
  });

  it('knows parts by former names, and adds those it does not know', () => {
    const group = (id: string, filter: string): string =>
      `  - {id: ${id}, kind: Service, namespace: shop, filter: ['${filter}']}`;
    const truth = readGroundTruth(
      '1',
      ['groups:', group('a', 'adservice\\b'), group('p', 'frontendproxy\\b'), group('n', 'newcomer\\b')].join('\n'),
    );
    const cast = castOf(truth);
    expect(cast.application.name).toBe('otel-demo');
    expect(cast.namespace).toBe('shop');
    expect(truth.groups.map((entry) => cast.componentOf(entry)?.name)).toEqual(['ad', 'frontend-proxy', 'newcomer']);
  });

  it('finds names in texts, the longer one where one holds another', () => {
    const cast = castOf(readGroundTruth('1', BODY));
    const names = (text: string): string[] => cast.mentioned(text).map(({ name }) => name);
    expect(names('packet loss between checkout and the payment service')).toEqual(['checkout', 'payment']);
    expect(names('the product catalog behind valkey-cart')).toEqual(['product-catalog', 'valkey-cart']);
    expect(names('partition-otel-demo-shippingservice-1')).toEqual(['shipping']);
    expect(names('a bad broadcast')).toEqual([]);
  });

  it('maps objects of the cluster to groups by kind and component', () => {
    const truth = readGroundTruth('7', BODY.replace(/aliases:.*\n/, ''));
    const entities = entitiesOf(truth, castOf(truth));
    const find = (kind: string, name: string): string | undefined =>
      entities.find({ kind, name, namespace: 'otel-demo' });
    expect(find('Service', 'cart')).toBe('cart-service-1');
    expect(find('Pod', 'cart-6f7d8c9b5d-x2x4z')).toBe('cart-pod-1');
    expect(find('ConfigMap', 'flagd-config')).toBe('settings');
    expect(find('Service', 'email')).toBeUndefined();
  });
});
