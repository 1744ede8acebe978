import { describe, expect, it } from 'vitest';
import { listeningPort } from './listening-ports.ts';

describe('listeningPort', () => {
  it.each([
    ['Now listening on: http://[::]:7070', 7070],
    ['starting server on :8080', 8080],
    ['Ad Service started, listening on 9555', 9555],
    ['{"message":"starting to listen on tcp: \\"[::]:5050\\""}', 5050],
    ['Tomcat started on port(s): 8080 (http) with context path', 8080],
    ['gRPC server started on port 50051', 50051],
    ['INFO: Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)', 8000],
    ['listening on IPv4 address "0.0.0.0", port 5432', 5432],
    ["ready for connections. Version: '8.0.36'  socket: '/tmp/mysql.sock'  port: 3306  MySQL Community", 3306],
    ['Running mode=standalone, port=6379.', 6379],
    ['[2026-03-01 10:00:05 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)', 8000],
  ])('%s', (line, port) => {
    expect(listeningPort(line)).toBe(port);
  });

  it.each([
    'started at 10:30:45',
    'connection to db:5432 refused',
    'job running for 120s',
    'listening',
    'port 8080 is taken',
  ])('is silent on: %s', (line) => {
    expect(listeningPort(line)).toBeNull();
  });
});
