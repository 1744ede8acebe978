import type { Subject } from '@headwater/core/subject.ts';
import { expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../ports/topology.ts';
import { placeEpisodes } from './place-episodes.ts';
import { waitingRow } from './test-episodes.ts';

const pod: Subject = { kind: 'Pod', namespace: 'shop', name: 'cart-7d9f8b6c5d-x2x4z' };
const cart: Subject = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

function counted(known: readonly Subject[]): Topology & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    rootOwner: (subject) => {
      asked.push(subject.name);
      const found = known.some(({ kind, name }) => kind === subject.kind && name === subject.name);
      return found ? cart : null;
    },
    neighbours: () => [{ subject: { kind: 'Node', name: 'worker-1' }, relation: 'runs on Node worker-1' }],
  };
}

it('goes by the topology', () => {
  const [episode] = placeEpisodes([waitingRow('a', { subject: pod })], counted([pod]));
  expect(episode).toMatchObject({
    root: cart,
    keys: { primary: 'Deployment/shop/cart' },
    neighbours: [{ subject: { kind: 'Node' } }],
  });
});

it('asks once for equal subjects', () => {
  const topology = counted([pod]);
  placeEpisodes([waitingRow('a', { subject: pod }), waitingRow('b', { subject: { ...pod } })], topology);
  expect(topology.asked).toEqual([pod.name]);
});

it('finds the owner of a Pod that is gone by its name', () => {
  const topology = counted([cart]);
  const [episode] = placeEpisodes([waitingRow('a', { subject: pod })], topology);
  expect(topology.asked).toEqual([pod.name, 'cart']);
  expect(episode).toMatchObject({ root: cart, neighbours: [{ subject: { kind: 'Node' } }] });
});

it('goes by names alone when nothing is known', () => {
  const [episode] = placeEpisodes([waitingRow('a', { subject: pod })], emptyTopology);
  expect(episode?.root).toEqual(cart);
  expect(episode?.neighbours.map(({ subject }) => subject.kind)).toEqual([
    'Service',
    'HorizontalPodAutoscaler',
    'Ingress',
  ]);
});

it('takes an alert without subject for what its group says, else for itself', () => {
  const [grouped, alone] = placeEpisodes([waitingRow('a', { groupKey: '{}:{x="y"}' }), waitingRow('b')], emptyTopology);
  expect(grouped).toMatchObject({ root: null, neighbours: [], keys: { primary: 'group:{}:{x="y"}|shop' } });
  expect(alone).toMatchObject({ keys: { primary: 'alert:b', group: null } });
});

it('bounds how many neighbours are asked about', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    subject: { kind: 'Pod', namespace: 'shop', name: `p${index}` },
    relation: 'runs it',
  }));
  const [episode] = placeEpisodes([waitingRow('a', { subject: cart })], {
    rootOwner: () => cart,
    neighbours: () => many,
  });
  expect(episode?.neighbours).toHaveLength(200);
});
