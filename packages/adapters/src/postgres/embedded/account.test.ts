import { describe, expect, it } from 'vitest';
import { accountFor } from './account.ts';

const PASSWD = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nnora:x:1000:1001::/home/nora:/bin/sh\n';

describe.runIf(process.getuid?.() === 0)('the user the server runs as when Headwater is root', () => {
  it('is the owner of the data when that is a user, so that a directory keeps its owner', () => {
    expect(accountFor(1000, PASSWD)).toEqual({ name: 'nora', uid: 1000, gid: 1001 });
  });

  it('is else a known unprivileged one, never root', () => {
    expect(accountFor(0, PASSWD)).toEqual({ name: 'nobody', uid: 65534, gid: 65534 });
    expect(accountFor(undefined, `${PASSWD}postgres:x:70:70::/:/bin/sh\n`)).toMatchObject({
      name: 'postgres',
      uid: 70,
    });
  });

  it('is asked for when the system knows nobody but root', () => {
    expect(() => accountFor(undefined, 'root:x:0:0::/root:/bin/sh')).toThrow('start Headwater as an unprivileged user');
  });
});

describe.runIf(process.getuid?.() !== 0)('the user the server runs as when Headwater is not root', () => {
  it('is the user of Headwater', () => {
    expect(accountFor(0, PASSWD)).toBeUndefined();
  });
});
