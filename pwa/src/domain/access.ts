// What this worker's roles allow, for showing and hiding. The server decides again and for certain: its table is
// server/domain/access.py, and docs/rules/access.md says why.

export interface Held {
  role: string;
  service: string;
}

const managers = ["registered_manager", "deputy_manager", "service_manager"];
const readers = [...managers, "coordinator", "supervisor", "team_leader", "safeguarding_lead", "nominated_individual"];

const may = {
  writeEntry: ["worker", "key_worker", "team_leader", "supervisor", "coordinator", "clinical_reviewer", ...managers, "safeguarding_lead", "administrator"],
  readConcern: readers,
  acknowledgeConcern: readers,
  reviewConcern: ["registered_manager", "deputy_manager", "safeguarding_lead"],
  reviewNote: [...managers, "coordinator", "safeguarding_lead"],
  readTransaction: [...managers, "supervisor", "team_leader", "safeguarding_lead", "nominated_individual"],
  checkTransaction: [...managers, "supervisor", "team_leader"],
  editRoster: [...managers, "coordinator"],
  editPeople: [...managers, "coordinator", "administrator"],
  inviteWorker: managers,
  seeDevices: [...managers, "coordinator"],
} satisfies Record<string, readonly string[]>;

export type Permission = keyof typeof may;

/** Whether these roles allow it in this service, or in any when none is named. */
export const isAllowed = (permission: Permission, roles: readonly Held[], service?: string): boolean =>
  roles.some((held) => may[permission].includes(held.role) && (service === undefined || held.service === service));

/** The services where these roles allow it. */
export const allowedIn = (permission: Permission, roles: readonly Held[]): string[] => [
  ...new Set(roles.filter(({ role }) => may[permission].includes(role)).map(({ service }) => service)),
];

/** Whether what they write on this form counts in this service, or in any when none is named. A concern counts always. */
export const mayWrite = (form: string, roles: readonly Held[], service?: string): boolean =>
  form === "concern" || isAllowed("writeEntry", roles, service);
