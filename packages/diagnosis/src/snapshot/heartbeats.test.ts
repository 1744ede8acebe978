import { expect, it } from 'vitest';
import type { Alert } from './input.ts';
import { isHeartbeat, reportedStarts } from './heartbeats.ts';

function alert(alertname: string, startsAt: number | null): Alert {
  return { fingerprint: alertname, status: 'firing', labels: { alertname }, annotations: {}, startsAt, endsAt: null };
}

it.each(['Watchdog', 'InfoInhibitor', 'DeadMansSwitch'])('knows %s as a heartbeat', (name) => {
  expect(isHeartbeat(alert(name, 0))).toBe(true);
});

it('knows no other alert as one', () => {
  expect(isHeartbeat(alert('KubePodCrashLooping', 0))).toBe(false);
});

it('dates an incident by the alerts that report it', () => {
  expect(reportedStarts([alert('Watchdog', 1), alert('KubePodNotReady', 900), alert('TargetDown', null)])).toEqual([
    900,
  ]);
});
