import { readFile } from 'node:fs/promises';
import { readAlerts } from '@headwater/contracts/webhooks/read-alerts.ts';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { Io } from '../../cli/io.ts';

/** Alerts from a file or, for `-`, from standard input. Throws AppError naming the file, the place and what was expected. */
export async function readAlertFile(file: string, io: Io): Promise<readonly Alert[]> {
  const name = file === '-' ? 'standard input' : file;
  const text = file === '-' ? await io.stdin() : await readText(file);
  const { alerts, rejected } = readAlerts(parse(text, name));
  const [first] = rejected;
  if (alerts.length > 0) {
    for (const { what, expected } of rejected)
      io.err(`warning: ${name}: an alert was left out: ${what}; expected ${expected}\n`);
    return alerts;
  }
  if (first) throw new AppError('invalid', `${name}: ${first.what}; expected ${first.expected}`);
  throw new AppError('invalid', `${name} holds no alert; expected an Alertmanager webhook body with a list "alerts"`);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `cannot read the alert file ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `${name} is not JSON: ${messageOf(error)}; expected an Alertmanager webhook body`, {
      cause: error,
    });
  }
}
