// Sound and picture from person to person, encrypted end to end, and only ever through the relay.

/** @typedef {import("./link.js").Word} Word */
/** @typedef {import("./link.js").Heard} Heard */
/** @typedef {import("./devices.js").Devices} Devices */
/** @typedef {{ seat: string, run: string }} Other */
/**
 * @typedef {object} Peer
 * @property {string} seat
 * @property {string} run
 * @property {RTCPeerConnection} line
 * @property {MediaStream} heard
 * @property {boolean} polite
 * @property {boolean} offering
 * @property {boolean} ignoring
 * @property {boolean} answering
 * @property {boolean} unanswered
 * @property {number} apart how many times in a row `again` found nothing joined
 * @property {RTCIceCandidateInit[]} early
 * @property {RTCIceCandidateInit[]} ways by which we can be reached now
 */

const PATIENCE = 2500;
const TOLD_AGAIN = 3;

/** The connections of one seat with all the others. */
export class Mesh {
  /**
   * @param {{ seat: string, servers: RTCIceServer[], kbps: number, rate: number }} own
   * @param {Devices} devices
   * @param {(word: Word) => void} tell
   * @param {{ came: (seat: string, stream: MediaStream) => void, went: (seat: string) => void, joined: () => void }} show
   */
  constructor(own, devices, tell, show) {
    this.own = own;
    this.devices = devices;
    this.tell = tell;
    this.show = show;
    /** @type {Map<string, Peer>} */
    this.peers = new Map();
    /** @type {Map<string, string>} */
    this.expected = new Map();
  }

  /** Be connected with exactly these. @param {Other[]} others */
  with(others) {
    this.expected = new Map(others.map((other) => [other.seat, other.run]));
    for (const peer of [...this.peers.values()]) {
      if (this.expected.get(peer.seat) !== peer.run) this.drop(peer.seat);
    }
    this.meetAll();
  }

  meetAll() {
    for (const [seat, run] of this.expected) {
      if (this.peers.has(seat)) continue;
      const peer = this.meet(seat, run);
      // One of the two begins, or both would have to take something back.
      if (!peer.polite) for (const kind of ["audio", "video"]) this.carry(peer, kind);
    }
  }

  /** Send what the devices give now, and nothing else. */
  async refresh() {
    for (const peer of this.peers.values()) {
      for (const each of peer.line.getTransceivers()) await this.put(each);
    }
  }

  /** @param {string} seat */
  drop(seat) {
    const peer = this.peers.get(seat);
    if (!peer) return;
    peer.line.close();
    this.peers.delete(seat);
    this.show.went(seat);
  }

  close() {
    for (const seat of [...this.peers.keys()]) this.drop(seat);
  }

  /** Say again what nobody answered since the last time: words can be lost on their way, and a
   * connection that failed was let go. */
  again() {
    for (const peer of this.peers.values()) {
      const waits = peer.line.signalingState === "have-local-offer";
      if (waits && peer.unanswered) this.describe(peer);
      peer.unanswered = waits;
      peer.apart = isJoined(peer.line) ? 0 : peer.apart + 1;
      if (peer.apart < 2 || peer.apart > TOLD_AGAIN + 1) continue;
      for (const way of peer.ways) this.say(peer, "candidate", way);
    }
    this.meetAll();
  }

  /** The seats from which nothing comes, for longer than joining takes. @returns {string[]} */
  apart() {
    return [...this.peers.values()].filter((peer) => peer.apart > 1).map((peer) => peer.seat);
  }

  /** Begin every broken connection again, after the network came back. */
  mend() {
    for (const { line } of this.peers.values()) {
      if (["disconnected", "failed"].includes(line.iceConnectionState)) line.restartIce();
    }
  }

  /** What another seat sent. @param {Heard} told */
  async hear(told) {
    let peer = this.peers.get(told.from);
    if (peer && peer.run !== told.run) {
      // They came in anew, or this is from before they did.
      const now = this.expected.get(told.from);
      if (now === peer.run) {
        if (told.kind !== "description" || told.payload.type !== "offer") return;
      }
      this.drop(told.from);
      peer = undefined;
    }
    if (peer && told.kind === "description" && isAnother(peer.line, told.payload)) {
      // They let go of what we still hold, and began anew.
      this.drop(told.from);
      if (told.payload.type === "answer") return this.meetAll();
      peer = undefined;
    }
    peer ??= this.meet(told.from, told.run);
    if (told.kind === "description") await this.described(peer, told.payload);
    else await this.candidate(peer, told.payload);
  }

  /** @param {string} seat @param {string} run @returns {Peer} */
  meet(seat, run) {
    const line = new RTCPeerConnection({
      iceServers: this.own.servers,
      iceTransportPolicy: "relay",
      bundlePolicy: "max-bundle",
    });
    /** @type {Peer} */
    const peer = {
      seat,
      run,
      line,
      heard: new MediaStream(),
      polite: this.own.seat < seat,
      offering: false,
      ignoring: false,
      answering: false,
      unanswered: false,
      apart: 0,
      early: [],
      ways: [],
    };
    this.peers.set(seat, peer);
    line.ontrack = ({ track }) => {
      if (!peer.heard.getTracks().includes(track)) peer.heard.addTrack(track);
      this.show.came(seat, peer.heard);
    };
    line.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      peer.ways.push(candidate.toJSON());
      this.say(peer, "candidate", candidate.toJSON());
    };
    line.onicegatheringstatechange = () => {
      if (line.iceGatheringState === "gathering") peer.ways = [];
    };
    line.onnegotiationneeded = () => this.offer(peer);
    line.oniceconnectionstatechange = () => {
      if (isJoined(line) && peer.apart) {
        peer.apart = 0;
        this.show.joined();
      }
      if (line.iceConnectionState === "failed") line.restartIce();
      if (line.iceConnectionState !== "disconnected") return;
      setTimeout(() => {
        if (line.iceConnectionState === "disconnected") line.restartIce();
      }, PATIENCE);
    };
    return peer;
  }

  /** @param {Peer} peer @param {string} kind @param {object} payload */
  say(peer, kind, payload) {
    this.tell({ to: peer.seat, run: peer.run, kind, payload });
  }

  /** @param {Peer} peer */
  async offer(peer) {
    try {
      peer.offering = true;
      await peer.line.setLocalDescription();
      this.describe(peer);
    } catch {
      // The connection was closed meanwhile; whoever is met again begins again.
    } finally {
      peer.offering = false;
    }
  }

  /** @param {Peer} peer */
  describe(peer) {
    const { localDescription } = peer.line;
    if (localDescription) {
      this.say(peer, "description", { type: localDescription.type, sdp: localDescription.sdp });
    }
  }

  /** Perfect negotiation: of two offers at once, the impolite one's counts.
   * @param {Peer} peer @param {RTCSessionDescriptionInit} told
   */
  async described(peer, told) {
    const { line } = peer;
    if (told.type === "answer" && line.signalingState !== "have-local-offer") return; // said twice
    const ready = !peer.offering && (line.signalingState === "stable" || peer.answering);
    peer.ignoring = told.type === "offer" && !ready && !peer.polite;
    if (peer.ignoring) return;
    try {
      peer.answering = told.type === "answer";
      await line.setRemoteDescription(told);
      peer.answering = false;
      for (const each of peer.early.splice(0)) await line.addIceCandidate(each);
      if (told.type === "offer") {
        for (const each of line.getTransceivers()) {
          each.direction = "sendrecv";
          await this.put(each);
        }
        await line.setLocalDescription();
        this.describe(peer);
      }
      await this.limit(peer);
    } catch {
      // Out of step, as after a network change: this one connection is begun anew.
      if (this.peers.get(peer.seat) === peer) this.drop(peer.seat);
    }
  }

  /** @param {Peer} peer @param {RTCIceCandidateInit} told */
  async candidate(peer, told) {
    if (!peer.line.remoteDescription) {
      peer.early.push(told);
      return;
    }
    try {
      await peer.line.addIceCandidate(told);
    } catch {
      // One that belongs to an offer that was ignored, or to a description since replaced.
    }
  }

  /** @param {Peer} peer @param {string} kind */
  carry(peer, kind) {
    const each = peer.line.addTransceiver(kind, { direction: "sendrecv" });
    this.put(each);
  }

  /** Give a sender the track of its kind, or nothing to send. @param {RTCRtpTransceiver} each */
  async put(each) {
    const kind = each.receiver.track.kind;
    const track = kind === "audio" ? this.devices.voice : this.devices.camera;
    if (each.sender.track === track) return;
    try {
      await each.sender.replaceTrack(track);
    } catch {
      // A closed connection sends nothing anyway.
    }
  }

  /** A picture stays small, so that a telephone in a circle of six keeps up. @param {Peer} peer */
  async limit(peer) {
    for (const { sender, receiver } of peer.line.getTransceivers()) {
      const told = sender.getParameters();
      if (!told.encodings?.length) continue;
      const isVideo = receiver.track.kind === "video";
      told.encodings[0].maxBitrate = (isVideo ? this.own.kbps : 32) * 1000;
      if (isVideo) told.encodings[0].maxFramerate = this.own.rate;
      try {
        await sender.setParameters(told);
      } catch {
        // Not every browser lets itself be limited at every moment.
      }
    }
  }
}

/** @param {RTCPeerConnection} line */
function isJoined(line) {
  return ["connected", "completed"].includes(line.iceConnectionState);
}

/** Whether this comes from another connection of theirs than the one that ours is joined with.
 * @param {RTCPeerConnection} line @param {RTCSessionDescriptionInit} told
 */
function isAnother(line, told) {
  const known = line.remoteDescription;
  return known !== null && origin(known.sdp) !== origin(told.sdp);
}

/** The number that a connection gives itself. @param {string} [sdp] */
function origin(sdp) {
  return /^o=\S+ (\d+)/m.exec(sdp ?? "")?.[1];
}
