/** The closed list of roles; what each may do stands in `permissions.ts`. */
export const ROLES = ['viewer', 'responder', 'approver', 'admin', 'sender'] as const;

export type Role = (typeof ROLES)[number];

/** Every cluster, or every namespace of a cluster including what has no namespace. */
export const EVERYWHERE = '*';

/** One role, held in one cluster and namespace; `*` stands for all of them. */
export interface RoleBinding {
  readonly role: Role;
  readonly cluster: string;
  readonly namespace: string;
}

/** Who acts: a person, a program with an API token, or Headwater itself. */
export interface Actor {
  readonly kind: 'user' | 'token' | 'system';
  readonly id: string;
  /** What the audit and the timeline show: the login, the token's name. */
  readonly name: string;
  readonly bindings: readonly RoleBinding[];
  /** The session a person signed in with. */
  readonly sessionId?: string;
  /** True while a person may do nothing but choose a new password. */
  readonly mustChangePassword?: boolean;
}

/** Headwater acting on its own account: correlation, sweeps, jobs. */
export const systemActor: Actor = {
  kind: 'system',
  id: 'system',
  name: 'Headwater',
  bindings: [{ role: 'admin', cluster: EVERYWHERE, namespace: EVERYWHERE }],
};
