/** The caller's faults in Glue's own words. */
import { AwsError } from '../../aws/errors.ts'

/** Of a wrong ARN no more is repeated. */
const ARN_SHOWN_MAX = 256

export function databaseNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Database ${name} not found.`)
}

export function tableNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Table ${name} not found.`)
}

export function resourceNotFound(arn: string): AwsError {
  return new AwsError('EntityNotFoundException', `Resource ${arn.slice(0, ARN_SHOWN_MAX)} not found.`)
}

export function versionNotFound(): AwsError {
  return new AwsError('EntityNotFoundException', 'Version not found.')
}

export function partitionNotFound(): AwsError {
  return new AwsError('EntityNotFoundException', 'Cannot find partition.')
}

export function alreadyExists(kind: string): AwsError {
  return new AwsError('AlreadyExistsException', `${kind} already exists.`)
}

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInputException', message)
}

export function staleTable(): AwsError {
  return new AwsError(
    'ConcurrentModificationException',
    'Update table failed due to concurrent modifications.',
  )
}

/** A table that a stream fills follows from what the stream sees. */
export function tableOfStream(name: string, stream: string): AwsError {
  return invalidInput(
    `Table ${name} is filled by stream ${stream} and follows its records: it is read-only here.`,
  )
}

export function functionNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Function ${name} not found.`)
}

export function indexNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Index ${name} not found.`)
}

export function connectionNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Connection ${name} not found.`)
}

export function policyNotFound(): AwsError {
  return new AwsError('EntityNotFoundException', 'Policy not found')
}

export function tooMany(message: string): AwsError {
  return new AwsError('ResourceNumberLimitExceededException', message)
}

export function crawlerNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Crawler ${name} not found.`)
}

export function crawlsNotFound(crawler: string): AwsError {
  return new AwsError('EntityNotFoundException', `Crawler entry with name ${crawler} does not exist`)
}

export function crawlerRunning(name: string): AwsError {
  return new AwsError('CrawlerRunningException', `Crawler with name ${name} has already started`)
}

export function crawlerNotRunning(name: string): AwsError {
  return new AwsError('CrawlerNotRunningException', `Crawler with name ${name} isn't running`)
}

export function crawlerStopping(name: string): AwsError {
  return new AwsError('CrawlerStoppingException', `Crawler with name ${name} is stopping`)
}

export function noSchedule(crawler: string): AwsError {
  return new AwsError('NoScheduleException', `Crawler with name ${crawler} has no schedule`)
}

export function schedulerRunning(crawler: string): AwsError {
  return new AwsError('SchedulerRunningException', `The schedule of crawler ${crawler} is already running`)
}

export function schedulerNotRunning(crawler: string): AwsError {
  return new AwsError('SchedulerNotRunningException', `The schedule of crawler ${crawler} is not running`)
}

export function classifierNotFound(name: string): AwsError {
  return new AwsError('EntityNotFoundException', `Classifier ${name} not found.`)
}
