import { describe, expect, it } from 'vitest';
import { declaredPorts, handlerOf, patience, portOf, writtenPort } from './probes.ts';

const container = { name: 'app', ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] };

describe('portOf', () => {
  it.each([
    [{ httpGet: { port: 8081 } }, 8081],
    [{ httpGet: { port: 'http' } }, 8080],
    [{ httpGet: { port: '8082' } }, 8082],
    [{ tcpSocket: { port: 9090 } }, 9090],
    [{ grpc: { port: 50051 } }, 50051],
    [{ httpGet: { port: 'web' } }, null],
    [{ exec: { command: ['true'] } }, null],
    [{}, null],
  ])('%j asks %s', (probe, port) => {
    expect(portOf(probe, container)).toBe(port);
  });

  it('keeps the port as written for citation', () => {
    expect(writtenPort({ httpGet: { port: 'http' } })).toBe('http');
    expect(declaredPorts(container)).toEqual([8080, 9090]);
    expect(declaredPorts(undefined)).toEqual([]);
  });
});

it('knows handlers', () => {
  expect([{ httpGet: {} }, { tcpSocket: {} }, { grpc: {} }, { exec: {} }, {}].map(handlerOf)).toEqual([
    'http',
    'tcp',
    'grpc',
    'exec',
    null,
  ]);
});

it("counts patience by the kubelet's defaults", () => {
  expect(patience({})).toBe(30);
  expect(patience({ initialDelaySeconds: 5, periodSeconds: 2, failureThreshold: 1 })).toBe(7);
});
