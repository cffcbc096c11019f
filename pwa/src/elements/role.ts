/** The roles in full, as people say them. */
export const roleNames: Record<string, string> = {
  worker: "Care worker",
  coordinator: "Coordinator",
  supervisor: "Supervisor",
  safeguarding_lead: "Safeguarding lead",
  registered_manager: "Registered manager",
  nominated_individual: "Nominated individual",
  service_manager: "Service manager",
  key_worker: "Key worker",
  team_leader: "Team leader",
  quality_lead: "Quality lead",
  administrator: "Administrator",
  clinical_reviewer: "Clinical reviewer",
  deputy_manager: "Deputy manager",
  provider_representative: "Provider's representative",
  sysadmin: "System administrator",
};

export const roleName = (role: string): string => roleNames[role] ?? role.replaceAll("_", " ");
