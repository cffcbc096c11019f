"""The roles that a worker can hold in a service."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is trusted with in one service. One worker may hold several, each with dates."""

    #: Gives care; writes notes, concerns, receipts and handovers
    WORKER = "worker"
    #: Plans visits; goes through delayed cases with the worker concerned
    COORDINATOR = "coordinator"
    #: Supervises workers in the field; briefs them; checks receipts
    SUPERVISOR = "supervisor"
    #: Answers for safeguarding in the service; may read what is restricted
    SAFEGUARDING_LEAD = "safeguarding_lead"
    #: Registered with the regulator as running the service
    REGISTERED_MANAGER = "registered_manager"
    #: Answers to the regulator for the provider; may read what is restricted
    NOMINATED_INDIVIDUAL = "nominated_individual"
    #: Runs a supported-living service day to day
    SERVICE_MANAGER = "service_manager"
    #: Knows one person's plans best
    KEY_WORKER = "key_worker"
    #: Leads a team; briefs it; checks receipts
    TEAM_LEADER = "team_leader"
    #: Compares themes, audits and feedback over the provider
    QUALITY_LEAD = "quality_lead"
    #: Logs what professionals send
    ADMINISTRATOR = "administrator"
    #: A nurse or senior carer who decides on professionals' updates
    CLINICAL_REVIEWER = "clinical_reviewer"
    #: Stands in for the registered manager
    DEPUTY_MANAGER = "deputy_manager"
    #: Samples the work for the provider's owners
    PROVIDER_REPRESENTATIVE = "provider_representative"
    #: Looks after accounts and settings; reads nothing that anybody wrote
    SYSADMIN = "sysadmin"
