import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '@headwater/core/errors.ts';
import type { DatabaseConnection, Driver } from 'kysely';
import { asAppError } from './errors.ts';

const openTransaction = new AsyncLocalStorage<{ open: boolean }>();

/** Runs the work of a transaction; while it lasts, a query past its `tx` is refused. */
export async function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  const marker = { open: true };
  try {
    return await openTransaction.run(marker, work);
  } finally {
    marker.open = false;
  }
}

/** The same driver, throwing AppError, and refusing a second connection to whoever has a transaction open. */
export function errorMappingDriver(driver: Driver): Driver {
  const mapped = new WeakSet<DatabaseConnection>();
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    // Two connections for one unit of work deadlock the pool as soon as every transaction waits for its second.
    if (openTransaction.getStore()?.open) {
      throw new AppError('internal', 'a query went past the open transaction: use the tx the work was given');
    }
    const connection = await acquire(options).catch(rethrow);
    if (!mapped.has(connection)) {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = (query, queryOptions) => execute<never>(query, queryOptions).catch(rethrow);
      mapped.add(connection);
    }
    return connection;
  };
  return driver;
}

function rethrow(error: unknown): never {
  throw asAppError(error);
}
