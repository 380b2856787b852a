/** What is Spark's, or is about reserved capacity: known by name, so that clients are told in Athena's words. */
import type { Operation } from '../../aws/service.ts'
import type { AthenaContext } from './athena-context.ts'
import { invalidRequest } from './faults.ts'

const NAMES = `
  CancelCapacityReservation CreateCapacityReservation CreateNotebook CreatePresignedNotebookUrl
  CreateSystemTableConfiguration DeleteCapacityReservation DeleteNotebook DeleteSystemTableConfiguration
  ExportNotebook GetCalculationExecution GetCalculationExecutionCode GetCalculationExecutionStatus
  GetCapacityAssignmentConfiguration GetCapacityReservation GetNotebookMetadata GetResourceDashboard
  GetSession GetSessionEndpoint GetSessionStatus GetSystemTableConfiguration ImportNotebook
  ListApplicationDPUSizes ListCalculationExecutions ListCapacityReservations ListExecutors
  ListNotebookMetadata ListNotebookSessions ListSessions ListSystemTableStatuses
  PutCapacityAssignmentConfiguration StartCalculationExecution StartSession StopCalculationExecution
  TerminateSession UpdateCapacityReservation UpdateNotebook UpdateNotebookMetadata
  UpdateSystemTableConfiguration`
  .trim()
  .split(/\s+/)

export const UNSUPPORTED: Operation<AthenaContext>[] = NAMES.map((name) => ({
  name,
  roles: ['read', 'admin'],
  input: { type: 'structure', members: {} },
  handle: () => {
    throw invalidRequest(
      `${name} is not supported: there is Athena SQL here, no Spark and no reserved capacity.`,
    )
  },
}))
