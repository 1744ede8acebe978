import { AppError } from '@headwater/core/errors.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import { errors, jwtVerify, SignJWT } from 'jose';

const ISSUER = 'headwater';
const AUDIENCE = 'headwater-api';
const ALGORITHM = 'HS256';

/** The shortest secret that is as strong as the signature. */
export const MIN_SECRET_LENGTH = 32;

export interface AccessTokenOptions {
  readonly secret: string;
  /** Milliseconds. */
  readonly ttl: number;
  readonly now: () => Millis;
  readonly newId: (prefix: string) => string;
}

/** Whose token it is, and the session it belongs to. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

export interface AccessTokens {
  sign(claims: AccessClaims): Promise<{ readonly token: string; readonly expiresIn: number }>;
  /** Null for anything but a good token of ours. */
  verify(token: string): Promise<AccessClaims | null>;
}

/** Access tokens: JSON Web Tokens signed with HS256. They say who, never what is permitted: that is looked up. */
export function accessTokens({ secret, ttl, now, newId }: AccessTokenOptions): AccessTokens {
  if (secret.length < MIN_SECRET_LENGTH)
    throw new AppError('invalid', `the JWT secret is too short: expected at least ${MIN_SECRET_LENGTH} characters`);
  const key = new TextEncoder().encode(secret);
  return {
    async sign({ userId, sessionId }) {
      const issued = Math.floor(now() / SECOND);
      const expiresIn = Math.floor(ttl / SECOND);
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setJti(newId('jwt'))
        .setIssuedAt(issued)
        .setExpirationTime(issued + expiresIn)
        .sign(key);
      return { token, expiresIn };
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'jti', 'exp', 'sid'],
          currentDate: new Date(now()),
        });
        const { sub, sid } = payload;
        return typeof sub === 'string' && typeof sid === 'string' ? { userId: sub, sessionId: sid } : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
