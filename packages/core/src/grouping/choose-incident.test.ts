import { expect, it } from 'vitest';
import { MINUTE } from '../time.ts';
import { type Candidate, type Candidates, chooseIncident, type WaitingEpisode } from './choose-incident.ts';

const NOW = 1_000 * MINUTE;
const WINDOW = 30 * MINUTE;
const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const bank = { kind: 'Deployment', namespace: 'bank', name: 'ledger' };
const node = { kind: 'Node', name: 'worker-1' };

const EPISODE: WaitingEpisode = {
  startsAt: NOW,
  namespace: 'shop',
  root: cart,
  primaryKey: 'Deployment/shop/cart',
  groupKey: 'group:g|shop',
  neighbours: [
    { subject: { kind: 'Service', namespace: 'shop', name: 'front' }, relation: 'is selected by Service shop/front' },
    { subject: node, relation: 'runs on Node worker-1' },
    { subject: bank, relation: 'calls Deployment bank/ledger' },
  ],
  lastIncidentId: null,
  lastByPerson: false,
};

function incident(id: string, more: Partial<Candidate> = {}): Candidate {
  return { id, number: 1, open: true, resolvedAt: null, mergedInto: null, namespaces: ['shop'], ...more };
}

function held(keys: Readonly<Record<string, Candidate>>, ...others: readonly Candidate[]): Candidates {
  const all = [...Object.values(keys), ...others];
  return { byKey: (key) => keys[key], byId: (id) => all.find((one) => one.id === id) };
}

const choose = (candidates: Candidates, change: Partial<WaitingEpisode> = {}) =>
  chooseIncident(candidates, { ...EPISODE, ...change }, WINDOW);

it('opens a new one when nothing fits', () => {
  expect(choose(held({}))).toEqual({
    incidentId: null,
    reopens: false,
    rule: 'new',
    reason: 'no open incident is about Deployment shop/cart or what it touches',
  });
});

it('prefers the same root, then the last incident, then a neighbour, then the group', () => {
  const root = incident('root');
  const last = incident('last');
  const near = incident('near');
  const group = incident('group');
  const all = { 'Deployment/shop/cart': root, 'Service/shop/front': near, 'group:g|shop': group };
  expect(choose(held(all, last), { lastIncidentId: 'last' })).toMatchObject({ incidentId: 'root', rule: 'same-root' });
  const { 'Deployment/shop/cart': _root, ...noRoot } = all;
  expect(choose(held(noRoot, last), { lastIncidentId: 'last' })).toMatchObject({
    incidentId: 'last',
    rule: 'same-alert',
  });
  expect(choose(held(noRoot))).toMatchObject({
    incidentId: 'near',
    rule: 'neighbour',
    reason: 'Deployment shop/cart is selected by Service shop/front, which the incident is about',
  });
  expect(choose(held({ 'group:g|shop': group }))).toMatchObject({
    incidentId: 'group',
    rule: 'same-group',
    reason: 'the same Alertmanager group and namespace shop',
  });
});

it('reopens the last incident within the window only', () => {
  const resolved = (minutesAgo: number) => incident('last', { open: false, resolvedAt: NOW - minutesAgo * MINUTE });
  expect(choose(held({}, resolved(30)), { lastIncidentId: 'last' })).toMatchObject({
    incidentId: 'last',
    reopens: true,
  });
  expect(choose(held({}, resolved(31)), { lastIncidentId: 'last' })).toMatchObject({ incidentId: null, rule: 'new' });
});

it('goes where a person put the alert, while that is open', () => {
  const candidates = held({ 'Deployment/shop/cart': incident('root') }, incident('mine'));
  const byPerson = { lastIncidentId: 'mine', lastByPerson: true };
  expect(choose(candidates, byPerson)).toMatchObject({ incidentId: 'mine', rule: 'person' });
  const closed = held({ 'Deployment/shop/cart': incident('root') }, incident('mine', { open: false, resolvedAt: NOW }));
  expect(choose(closed, byPerson)).toMatchObject({ incidentId: 'root', rule: 'same-root' });
});

it('crosses a Node but no namespace', () => {
  expect(choose(held({ 'Node//worker-1': incident('node', { namespaces: [] }) }))).toMatchObject({
    incidentId: 'node',
  });
  expect(choose(held({ 'Deployment/bank/ledger': incident('bank', { namespaces: ['bank'] }) }))).toMatchObject({
    incidentId: null,
  });
  expect(choose(held({ 'Deployment/bank/ledger': incident('bank', { namespaces: ['bank', 'shop'] }) }))).toMatchObject({
    incidentId: 'bank',
  });
});

it('names the relation of what has no subject', () => {
  const unresolved = { root: null, neighbours: [], primaryKey: 'group:g|shop' };
  expect(choose(held({ 'group:g|shop': incident('group') }), unresolved)).toMatchObject({ rule: 'same-group' });
  expect(
    choose(held({ 'alert:f': incident('alert') }), { ...unresolved, primaryKey: 'alert:f', groupKey: null }),
  ).toMatchObject({ rule: 'same-alert' });
});
