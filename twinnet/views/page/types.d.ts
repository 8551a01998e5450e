// What the page's modules hand each other. The names are global: any JSDoc comment may use them, nothing is imported.
// `data.js` makes the model from the data block, whose form `twinnet/views/contents.py` writes.

type Translator = ReturnType<typeof import("./text.js").translator>;
type View = "map" | "network" | "table" | "figures" | "review";
type Mark = "circle" | "square" | "triangle";
type Region = "old" | "other" | "see";
type SuggestionKind = "start" | "revitalise" | "develop";
type LinkState = "active" | "declining" | "dormant" | "ended" | "unknown";
/** How a line is drawn and which toggle it has: a suggestion's kind, a link's state. */
type LineStyle = SuggestionKind | Exclude<LinkState, "declining">;

/** An element's content: text, an element, or nothing. */
type Child = Node | string | false | null | undefined | Child[];
/** Attributes and, beginning with "on", listeners. */
type Properties = Record<string, string | number | boolean | null | undefined | ((event: any) => void)>;

/** A place on the earth, in degrees. */
interface Position {
  latitude: number;
  longitude: number;
}

interface Membership {
  network: string;
  since?: string;
  until?: string;
  former?: boolean;
  status?: string;
}

interface InferredTheme {
  side: "offered" | "sought" | "works on";
  theme: string;
  /** The strongest source. */
  from: string;
  /** The same, with the words of a text that told the theme. */
  why: string;
  /** How many more sources there are. */
  more: number;
}

/** An organisation that the page holds, joined to what speaks of it. Without coordinates `placed` is false. */
interface Organisation extends Position {
  at: number;
  id: string;
  name: string;
  /** The name, and what tells it from others of the same name. */
  label: string;
  /** What a search is compared with, folded. */
  key: string;
  kind: string;
  country?: string;
  countryName: string;
  region: Region;
  place?: string;
  placed: boolean;
  place_state?: "unconfirmed" | "own";
  population?: number;
  capital?: boolean;
  website?: string;
  names: string[];
  languages: string[];
  memberships: Membership[];
  offers: string[];
  seeks: string[];
  inferred: InferredTheme[];
  links: Link[];
  edges: Edge[];
  suggestions: Suggestion[];
  projects: Project[];
}

/** Dates are as precise as they are known: "1987", "1987-05", "1987-05-09". */
interface Link {
  at: number;
  a: Organisation;
  b: Organisation;
  kind: string;
  state: LinkState;
  since: string | null;
  until: string | null;
  last: string | null;
  themes: string[];
}

/** Two organisations, with all links between them. */
interface Edge {
  a: Organisation;
  b: Organisation;
  links: Link[];
}

interface Project {
  name: string;
  title?: string;
  programme?: string;
  measure?: string;
  start?: string;
  end?: string;
  themes: string[];
  partners: { organisation: Organisation; role: string | null }[];
  /** How many partners it has, also those that the page does not hold. */
  total: number;
}

/** Why a pair is suggested, in thousandths of natural log-odds; negative points speak against it. */
interface Reason {
  key: string;
  label: string;
  points: number;
  sentence: string;
  detail: string;
}

interface Suggestion {
  at: number;
  kind: SuggestionKind;
  organisation: Organisation;
  candidate: Organisation;
  /** The sum of the reasons' points. */
  score: number;
  /** How many times as likely as a pair by chance; null where that is not known. */
  times: number | null;
  /** Most points first. */
  reasons: Reason[];
  /** What is not known of the pair: the names of reasons, and their keys. */
  missing: string[];
  missingKeys: string[];
  link: Link | null;
  state: LinkState | null;
  /** The two should be asked whether the link lives, before anything else is proposed. */
  ask: boolean;
  themes: string[];
  /** The better suggestion of the same pair and kind, made for the other side. */
  twin: Suggestion | null;
}

/** All that the page knows. */
interface Model {
  title: string;
  today: string;
  rules: [field: string, value: string | boolean][];
  digest: string;
  /** Whether the points were learned from the network itself, from how many links, and when. */
  points: { own: boolean; n: number; date: string; decided?: { n: number; date: string } };
  tagger?: string | null;
  counts: { organisations: number; links: number; projects: number; suggestions: number };
  left_out: Record<string, number>;
  sources: { name: string; file?: string; date?: string; rows?: number }[];
  regions: Record<string, Region>;
  /** The keys of all themes that the page names. */
  themes: string[];
  languages: Record<string, import("./text.js").Language & { name: string }>;
  /** The language in which the page opens; null: the reader's. */
  language: string | null;
  /** The id of the organisation at which it opens. */
  town: string | null;
  /** Latitude and longitude, in hundredths of degrees by turns, of the organisations that are not held. */
  others: number[];
  organisations: Organisation[];
  links: Link[];
  edges: Edge[];
  suggestions: Suggestion[];
  desk: DeskBlock;
}

/** What is looked at, as the address says it. Empty texts choose nothing. */
type State = ReturnType<typeof import("./state.js").readState>;

/** Makes the address of the state with these changes. */
type Address = (changes: Partial<State>) => string;

/** The land, as TopoJSON: arcs in steps from point to point, whole numbers that `transform` makes degrees. */
interface Topology {
  transform: { scale: [number, number]; translate: [number, number] };
  arcs: [number, number][][];
  objects: { land: { geometries: ({ type: "Polygon"; arcs: number[][] } | { type: "MultiPolygon"; arcs: number[][][] })[] } };
}

/** A line of the map and what it means. */
interface Line {
  a: Organisation;
  b: Organisation;
  style: LineStyle;
  tip: string;
  suggestion?: Suggestion;
}

/** vis-network, as far as the page uses it. */
declare namespace vis {
  class DataSet {
    constructor(items: object[]);
    update(items: object[]): void;
  }
  class Network {
    constructor(element: HTMLElement, data: { nodes: DataSet; edges: DataSet }, options: object);
    on(event: string, listener: (event: { nodes: number[]; edges: number[] } & Record<string, any>) => void): void;
    once(event: string, listener: (event: Record<string, any>) => void): void;
    fit(options?: object): void;
    destroy(): void;
    [method: string]: any;
  }
}

type DecisionVerdict = "accepted" | "later" | "declined" | "misplaced" | "contacted" | "met" | "signed" | "ended";
type CorrectableField = "themes_offered" | "themes_sought" | "languages" | "link_state";

/** A row of `twinnet/decisions.py`; what it does not say is left out. */
interface DecisionRow {
  id: string;
  organisation: string;
  candidate?: string | null;
  kind?: string;
  verdict: DecisionVerdict | "corrected" | "withdrawn";
  /** The reason, which may be told to others. */
  because?: string;
  /** For oneself. */
  note?: string;
  /** When it happened or, put off, from when on to suggest it again. */
  day?: string;
  /** The id of the side that is not the place it is taken for. */
  about?: string;
  field?: CorrectableField;
  value?: string[];
  /** The id of the row that is taken back. */
  withdraws?: string;
  who?: string;
  /** A moment in UTC. */
  when: string;
  /** The id of the last row that was seen. */
  after: string | null;
}

/** A matter as it comes: with its rows in a review, else with the verdict that stands and the id of its row. */
interface MatterGiven {
  organisation: string;
  candidate: string | null;
  what: string;
  head: string | null;
  rows?: DecisionRow[];
  verdict?: DecisionVerdict | "corrected" | null;
  stands?: string | null;
}

interface Matter {
  key: string;
  organisation: string;
  candidate: string | null;
  what: string;
  head: string | null;
  rows: DecisionRow[];
  /** Some rows are taken to be with the server, which has not told yet. */
  assumed?: boolean;
}

interface DecideAnswer {
  now: number;
  outcomes: { how: "new" | "known" | "conflict"; id: string; matter: MatterGiven | null }[];
}

interface DeskScope {
  selector: string;
  country?: string;
  label?: string;
  n?: number;
}

interface DeskBlock {
  review: boolean;
  base: string;
  /** The name under which the browser keeps what the server does not have yet. */
  kept?: string;
  who: string;
  now: number;
  matters: MatterGiven[];
  scope: DeskScope;
  scopes?: DeskScope[];
  themes: string[];
  language_codes: string[];
}

type Desk = ReturnType<typeof import("./desk/desk.js").createDesk>;

/** What is judged: two organisations and what is suggested of them; null where it is suggested no more. */
interface Pair {
  key: string;
  organisation: Organisation;
  candidate: Organisation;
  kind: SuggestionKind;
  suggestion: Suggestion | null;
}
