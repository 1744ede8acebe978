/**
 * Reasons of Warning Events that tell of something lasting which nobody may have written an alert for. What only accompanies
 * one of them (a failed probe, a retry that succeeds) is left out.
 */
export const WARNING_REASONS: readonly string[] = [
  'BackOff',
  'BackoffLimitExceeded',
  'DeadlineExceeded',
  'ErrImageNeverPull',
  'Evicted',
  'FailedAttachVolume',
  'FailedBinding',
  'FailedCreate',
  'FailedCreatePodSandBox',
  'FailedMapVolume',
  'FailedMount',
  'FailedScheduling',
  'FreeDiskSpaceFailed',
  'InvalidDiskCapacity',
  'KubeletSetupFailed',
  'NodeNotReady',
  'OOMKilling',
  'ProvisioningFailed',
  'Rebooted',
  'SystemOOM',
];
