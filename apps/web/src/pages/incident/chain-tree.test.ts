import type { ChainLink } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { describe, expect, it } from 'vitest';
import { type PathNode, pathTree, reach } from './chain-tree.ts';

const subject = (name: string) => ({ kind: 'Service', namespace: 'shop', name });
const link = (from: string, to: string): ChainLink => ({
  from: subject(from),
  to: subject(to),
  relation: 'calls',
  effect: `${to} calls ${from}`,
  evidence: [],
});
const shape = (node: PathNode): string =>
  node.children.length === 0 ? node.subject.name : `${node.subject.name}(${node.children.map(shape).join(' ')})`;
const drawn = (...links: ChainLink[]) => shape(pathTree({ subject: subject('db'), chain: links }));

describe('the causal path as a tree', () => {
  it('follows links and branches where the cause reaches two', () => {
    expect(drawn(link('db', 'orders'), link('orders', 'web'), link('db', 'stock'))).toBe('db(orders(web) stock)');
  });

  it('hangs a link that starts elsewhere below the cause, without a claim of how', () => {
    const tree = pathTree({ subject: subject('flag'), chain: [link('plans', 'web')] });
    expect(shape(tree)).toBe('flag(plans(web))');
    expect(tree.children[0]?.link).toBeNull();
    expect(tree.children[0]?.children[0]?.link?.effect).toBe('web calls plans');
  });

  it('ends where services call each other in a circle', () => {
    expect(drawn(link('db', 'a'), link('a', 'b'), link('b', 'a'))).toBe('db(a(b(a)))');
  });

  it('counts what is reached', () => {
    expect(reach(pathTree({ subject: subject('db'), chain: [] }))).toBe(0);
    expect(reach(pathTree({ subject: subject('db'), chain: [link('db', 'a'), link('a', 'b')] }))).toBe(2);
  });
});
