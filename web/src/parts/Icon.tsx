import {
  IconAlertTriangle,
  IconArrowRight,
  IconBan,
  IconBox,
  IconChartLine,
  IconCheck,
  IconChecks,
  IconChevronRight,
  IconCircleCheck,
  IconClipboardCheck,
  IconColumns3,
  IconCopy,
  IconCube,
  IconDatabase,
  IconDownload,
  IconExternalLink,
  IconEye,
  IconFileText,
  IconFlask,
  IconFolder,
  IconGitCommit,
  IconHelp,
  IconHistory,
  IconHome,
  IconList,
  IconLock,
  IconLogout,
  IconMenu2,
  IconMessage,
  IconMoon,
  IconPlus,
  IconRefresh,
  IconRoute,
  IconScale,
  IconSearch,
  IconServer,
  IconSettings,
  IconStar,
  IconSun,
  IconTag,
  IconTrash,
  IconUser,
  IconX,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

const ALL: Record<string, ComponentType<{ size?: number; stroke?: number; className?: string; 'aria-hidden'?: boolean }>> = {
  home: IconHome,
  experiments: IconFlask,
  run: IconFlask,
  experiment: IconFlask,
  data: IconDatabase,
  dataset: IconDatabase,
  'dataset-version': IconDatabase,
  models: IconCube,
  model: IconCube,
  'model-version': IconCube,
  'logged-model': IconCube,
  approvals: IconClipboardCheck,
  approval: IconClipboardCheck,
  deployments: IconServer,
  deployment: IconServer,
  endpoint: IconServer,
  decisions: IconScale,
  decision: IconScale,
  audit: IconHistory,
  admin: IconSettings,
  principal: IconUser,
  person: IconUser,
  service: IconBox,
  commit: IconGitCommit,
  environment: IconBox,
  artifact: IconFileText,
  explanation: IconChecks,
  feedback: IconMessage,
  policy: IconLock,
  key: IconLock,
  search: IconSearch,
  moon: IconMoon,
  sun: IconSun,
  help: IconHelp,
  menu: IconMenu2,
  copy: IconCopy,
  download: IconDownload,
  check: IconCheck,
  ok: IconCircleCheck,
  no: IconBan,
  x: IconX,
  alert: IconAlertTriangle,
  arrow: IconArrowRight,
  eye: IconEye,
  lock: IconLock,
  out: IconLogout,
  link: IconExternalLink,
  thread: IconRoute,
  chart: IconChartLine,
  folder: IconFolder,
  tag: IconTag,
  trash: IconTrash,
  columns: IconColumns3,
  right: IconChevronRight,
  refresh: IconRefresh,
  plus: IconPlus,
  star: IconStar,
  group: IconList,
}

export function Icon({ name, size = 15 }: { name: string; size?: number }) {
  const Drawn = ALL[name] ?? IconFileText
  return <Drawn size={size} stroke={1.7} className="ic" aria-hidden />
}

/** Its shape tells the state: dot recorded, ring signed, disc verified, diamond failed, dashed ring erased. */
export function ProofGlyph({ state, size = 15 }: { state: ProofState; size?: number }) {
  const label = PROOF_WORDS[state]
  const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.2 }
  return (
    <svg className={`pg ${state}`} width={size} height={size} viewBox="0 0 16 16" role="img" aria-label={label}>
      <title>{label}</title>
      {state === 'verified' && (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path d="M5 8.2l2 2 4-4.2" fill="none" stroke="var(--sf)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )}
      {state === 'failed' && <path d="M8 1l7 7-7 7-7-7z" fill="currentColor" />}
      {state === 'erased' && <circle cx="8" cy="8" r="6" {...line} strokeDasharray="2.4 2" />}
      {state === 'recorded' && <circle cx="8" cy="8" r="2.4" fill="currentColor" />}
      {state === 'signed' && (
        <>
          <circle cx="8" cy="8" r="2.2" fill="currentColor" />
          <circle cx="8" cy="8" r="5.2" {...line} />
        </>
      )}
    </svg>
  )
}

export type ProofState = 'recorded' | 'signed' | 'verified' | 'failed' | 'erased'
export const PROOF_WORDS: Record<ProofState, string> = {
  recorded: 'Recorded',
  signed: 'Signed',
  verified: 'Verified in this browser',
  failed: 'Failed',
  erased: 'Erased',
}
