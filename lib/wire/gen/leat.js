// Made by lib/wire/generate.ts from proto/leat.proto. Do not edit.
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const leat = $root.leat = (() => {

    const leat = {};

    leat.v1 = (function() {

        const v1 = {};

        v1.FromAgent = (function() {

            const FromAgent = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            FromAgent.prototype.open = null;
            FromAgent.prototype.applied = null;

            let $oneOfFields;

            $Object.defineProperty(FromAgent.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["open", "applied"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            FromAgent.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.open != null && $Object.hasOwnProperty.call(message, "open"))
                    $root.leat.v1.Open.encode(message.open, writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.applied != null && $Object.hasOwnProperty.call(message, "applied"))
                    $root.leat.v1.Applied.encode(message.applied, writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            FromAgent.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.FromAgent();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.open = $root.leat.v1.Open.decode(reader, reader.size(), $undefined, _depth + 1, message.open);
                            message.message = "open";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.applied = $root.leat.v1.Applied.decode(reader, reader.size(), $undefined, _depth + 1, message.applied);
                            message.message = "applied";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return FromAgent;
        })();

        v1.Open = (function() {

            const Open = function (properties) {
                this.buckets = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Open.prototype.node = "";
            Open.prototype.version = "";
            Open.prototype.epoch = "";
            Open.prototype.revision = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Open.prototype.buckets = $util.emptyArray;
            Open.prototype.refused = "";

            Open.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(10).string(message.node);
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                    writer.uint32(18).string(message.version);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(26).string(message.epoch);
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && (typeof message.revision === "object" ? message.revision.low || message.revision.high : message.revision !== 0))
                    writer.uint32(32).uint64(message.revision);
                if (message.buckets != null && message.buckets.length)
                    writer.uint32(42).fixed64s(message.buckets);
                if (message.refused != null && $Object.hasOwnProperty.call(message, "refused") && message.refused !== "")
                    writer.uint32(50).string(message.refused);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Open.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Open();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.buckets && message.buckets.length))
                                    message.buckets = [];
                                reader.fixed64s(message.buckets);
                                continue;
                            }
                            if (wireType !== 1)
                                break;
                            if (!(message.buckets && message.buckets.length))
                                message.buckets = [];
                            message.buckets.push(reader.fixed64());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.refused = value;
                            else
                                delete message.refused;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Open;
        })();

        v1.Applied = (function() {

            const Applied = function (properties) {
                this.failures = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Applied.prototype.revision = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Applied.prototype.contentHash = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Applied.prototype.failures = $util.emptyArray;
            Applied.prototype.failuresTotal = 0;

            Applied.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && (typeof message.revision === "object" ? message.revision.low || message.revision.high : message.revision !== 0))
                    writer.uint32(8).uint64(message.revision);
                if (message.contentHash != null && $Object.hasOwnProperty.call(message, "contentHash") && (typeof message.contentHash === "object" ? message.contentHash.low || message.contentHash.high : message.contentHash !== 0))
                    writer.uint32(17).fixed64(message.contentHash);
                if (message.failures != null && message.failures.length)
                    for (let i = 0; i < message.failures.length; ++i)
                        $root.leat.v1.Failure.encode(message.failures[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.failuresTotal != null && $Object.hasOwnProperty.call(message, "failuresTotal") && message.failuresTotal !== 0)
                    writer.uint32(32).uint32(message.failuresTotal);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Applied.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Applied();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (typeof (value = reader.fixed64()) === "object" ? value.low || value.high : value !== 0)
                                message.contentHash = value;
                            else
                                delete message.contentHash;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.failures && message.failures.length))
                                message.failures = [];
                            message.failures.push($root.leat.v1.Failure.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.failuresTotal = value;
                            else
                                delete message.failuresTotal;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Applied;
        })();

        v1.Failure = (function() {

            const Failure = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Failure.prototype.table = 0;
            Failure.prototype.key = "";
            Failure.prototype.code = "";
            Failure.prototype.message = "";

            Failure.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.table != null && $Object.hasOwnProperty.call(message, "table") && message.table !== 0)
                    writer.uint32(8).int32(message.table);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(18).string(message.key);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(26).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(34).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Failure.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Failure();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.table = value;
                            else
                                delete message.table;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Failure;
        })();

        v1.Table = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "TABLE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "SERVICES"] = 1;
            values[valuesById[2] = "ENDPOINTS"] = 2;
            values[valuesById[3] = "NODES"] = 3;
            values[valuesById[4] = "SETTINGS"] = 4;
            return values;
        })();

        v1.FromOperator = (function() {

            const FromOperator = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            FromOperator.prototype.reset = null;
            FromOperator.prototype.set = null;
            FromOperator.prototype["delete"] = null;
            FromOperator.prototype.sync = null;

            let $oneOfFields;

            $Object.defineProperty(FromOperator.prototype, "word", {
                get: $util.oneOfGetter($oneOfFields = ["reset", "set", "delete", "sync"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            FromOperator.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reset != null && $Object.hasOwnProperty.call(message, "reset"))
                    $root.leat.v1.Reset.encode(message.reset, writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.set != null && $Object.hasOwnProperty.call(message, "set"))
                    $root.leat.v1.Set.encode(message.set, writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message["delete"] != null && $Object.hasOwnProperty.call(message, "delete"))
                    $root.leat.v1.Delete.encode(message["delete"], writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.sync != null && $Object.hasOwnProperty.call(message, "sync"))
                    $root.leat.v1.Sync.encode(message.sync, writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            FromOperator.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.FromOperator();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.reset = $root.leat.v1.Reset.decode(reader, reader.size(), $undefined, _depth + 1, message.reset);
                            message.word = "reset";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.set = $root.leat.v1.Set.decode(reader, reader.size(), $undefined, _depth + 1, message.set);
                            message.word = "set";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message["delete"] = $root.leat.v1.Delete.decode(reader, reader.size(), $undefined, _depth + 1, message["delete"]);
                            message.word = "delete";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.sync = $root.leat.v1.Sync.decode(reader, reader.size(), $undefined, _depth + 1, message.sync);
                            message.word = "sync";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return FromOperator;
        })();

        v1.Reset = (function() {

            const Reset = function (properties) {
                this.buckets = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Reset.prototype.epoch = "";
            Reset.prototype.partial = false;
            Reset.prototype.buckets = $util.emptyArray;

            Reset.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(10).string(message.epoch);
                if (message.partial != null && $Object.hasOwnProperty.call(message, "partial") && message.partial !== false)
                    writer.uint32(16).bool(message.partial);
                if (message.buckets != null && message.buckets.length)
                    writer.uint32(26).uint32s(message.buckets);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Reset.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Reset();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.partial = value;
                            else
                                delete message.partial;
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.buckets && message.buckets.length))
                                    message.buckets = [];
                                reader.uint32s(message.buckets);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.buckets && message.buckets.length))
                                message.buckets = [];
                            message.buckets.push(reader.uint32());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Reset;
        })();

        v1.Set = (function() {

            const Set = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Set.prototype.services = null;
            Set.prototype.endpoints = null;
            Set.prototype.nodes = null;
            Set.prototype.settings = null;

            let $oneOfFields;

            $Object.defineProperty(Set.prototype, "batch", {
                get: $util.oneOfGetter($oneOfFields = ["services", "endpoints", "nodes", "settings"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Set.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.services != null && $Object.hasOwnProperty.call(message, "services"))
                    $root.leat.v1.ServiceBatch.encode(message.services, writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.endpoints != null && $Object.hasOwnProperty.call(message, "endpoints"))
                    $root.leat.v1.EndpointBatch.encode(message.endpoints, writer.uint32(18).fork(), _depth + 1).ldelim();
                if (message.nodes != null && $Object.hasOwnProperty.call(message, "nodes"))
                    $root.leat.v1.NodeBatch.encode(message.nodes, writer.uint32(26).fork(), _depth + 1).ldelim();
                if (message.settings != null && $Object.hasOwnProperty.call(message, "settings"))
                    $root.leat.v1.SettingsBatch.encode(message.settings, writer.uint32(34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Set.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Set();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.services = $root.leat.v1.ServiceBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.services);
                            message.batch = "services";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.endpoints = $root.leat.v1.EndpointBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.endpoints);
                            message.batch = "endpoints";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.nodes = $root.leat.v1.NodeBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.nodes);
                            message.batch = "nodes";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.settings = $root.leat.v1.SettingsBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.settings);
                            message.batch = "settings";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Set;
        })();

        v1.Delete = (function() {

            const Delete = function (properties) {
                this.keys = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Delete.prototype.table = 0;
            Delete.prototype.keys = $util.emptyArray;

            Delete.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.table != null && $Object.hasOwnProperty.call(message, "table") && message.table !== 0)
                    writer.uint32(8).int32(message.table);
                if (message.keys != null && message.keys.length)
                    for (let i = 0; i < message.keys.length; ++i)
                        writer.uint32(18).string(message.keys[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Delete.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Delete();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.table = value;
                            else
                                delete message.table;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.keys && message.keys.length))
                                message.keys = [];
                            message.keys.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Delete;
        })();

        v1.Sync = (function() {

            const Sync = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Sync.prototype.revision = $util.Long ? $util.Long.fromBits(0,0,true) : 0;
            Sync.prototype.contentHash = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            Sync.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && (typeof message.revision === "object" ? message.revision.low || message.revision.high : message.revision !== 0))
                    writer.uint32(8).uint64(message.revision);
                if (message.contentHash != null && $Object.hasOwnProperty.call(message, "contentHash") && (typeof message.contentHash === "object" ? message.contentHash.low || message.contentHash.high : message.contentHash !== 0))
                    writer.uint32(17).fixed64(message.contentHash);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Sync.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.Sync();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (typeof (value = reader.fixed64()) === "object" ? value.low || value.high : value !== 0)
                                message.contentHash = value;
                            else
                                delete message.contentHash;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Sync;
        })();

        v1.ServiceBatch = (function() {

            const ServiceBatch = function (properties) {
                this.strings = [];
                this.namespace = [];
                this.name = [];
                this.type = [];
                this.clusterIpCount = [];
                this.clusterIp = [];
                this.externalIpCount = [];
                this.externalIp = [];
                this.loadBalancerIpCount = [];
                this.loadBalancerIp = [];
                this.internalPolicy = [];
                this.externalPolicy = [];
                this.affinitySeconds = [];
                this.sourceRangesPresent = [];
                this.sourceRangeCount = [];
                this.sourceRangeAddress = [];
                this.sourceRangePrefix = [];
                this.healthCheckNodePort = [];
                this.portCount = [];
                this.portName = [];
                this.portProtocol = [];
                this.portPort = [];
                this.portNodePort = [];
                this.refusalCount = [];
                this.refusal = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            ServiceBatch.prototype.strings = $util.emptyArray;
            ServiceBatch.prototype.namespace = $util.emptyArray;
            ServiceBatch.prototype.name = $util.emptyArray;
            ServiceBatch.prototype.type = $util.emptyArray;
            ServiceBatch.prototype.clusterIpCount = $util.emptyArray;
            ServiceBatch.prototype.clusterIp = $util.emptyArray;
            ServiceBatch.prototype.externalIpCount = $util.emptyArray;
            ServiceBatch.prototype.externalIp = $util.emptyArray;
            ServiceBatch.prototype.loadBalancerIpCount = $util.emptyArray;
            ServiceBatch.prototype.loadBalancerIp = $util.emptyArray;
            ServiceBatch.prototype.internalPolicy = $util.emptyArray;
            ServiceBatch.prototype.externalPolicy = $util.emptyArray;
            ServiceBatch.prototype.affinitySeconds = $util.emptyArray;
            ServiceBatch.prototype.sourceRangesPresent = $util.emptyArray;
            ServiceBatch.prototype.sourceRangeCount = $util.emptyArray;
            ServiceBatch.prototype.sourceRangeAddress = $util.emptyArray;
            ServiceBatch.prototype.sourceRangePrefix = $util.emptyArray;
            ServiceBatch.prototype.healthCheckNodePort = $util.emptyArray;
            ServiceBatch.prototype.portCount = $util.emptyArray;
            ServiceBatch.prototype.portName = $util.emptyArray;
            ServiceBatch.prototype.portProtocol = $util.emptyArray;
            ServiceBatch.prototype.portPort = $util.emptyArray;
            ServiceBatch.prototype.portNodePort = $util.emptyArray;
            ServiceBatch.prototype.refusalCount = $util.emptyArray;
            ServiceBatch.prototype.refusal = $util.emptyArray;

            ServiceBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.strings != null && message.strings.length)
                    for (let i = 0; i < message.strings.length; ++i)
                        writer.uint32(10).string(message.strings[i]);
                if (message.namespace != null && message.namespace.length)
                    writer.uint32(18).uint32s(message.namespace);
                if (message.name != null && message.name.length)
                    for (let i = 0; i < message.name.length; ++i)
                        writer.uint32(26).string(message.name[i]);
                if (message.type != null && message.type.length)
                    writer.uint32(34).uint32s(message.type);
                if (message.clusterIpCount != null && message.clusterIpCount.length)
                    writer.uint32(42).uint32s(message.clusterIpCount);
                if (message.clusterIp != null && message.clusterIp.length)
                    for (let i = 0; i < message.clusterIp.length; ++i)
                        writer.uint32(50).bytes(message.clusterIp[i]);
                if (message.externalIpCount != null && message.externalIpCount.length)
                    writer.uint32(58).uint32s(message.externalIpCount);
                if (message.externalIp != null && message.externalIp.length)
                    for (let i = 0; i < message.externalIp.length; ++i)
                        writer.uint32(66).bytes(message.externalIp[i]);
                if (message.loadBalancerIpCount != null && message.loadBalancerIpCount.length)
                    writer.uint32(74).uint32s(message.loadBalancerIpCount);
                if (message.loadBalancerIp != null && message.loadBalancerIp.length)
                    for (let i = 0; i < message.loadBalancerIp.length; ++i)
                        writer.uint32(82).bytes(message.loadBalancerIp[i]);
                if (message.internalPolicy != null && message.internalPolicy.length)
                    writer.uint32(90).uint32s(message.internalPolicy);
                if (message.externalPolicy != null && message.externalPolicy.length)
                    writer.uint32(98).uint32s(message.externalPolicy);
                if (message.affinitySeconds != null && message.affinitySeconds.length)
                    writer.uint32(106).uint32s(message.affinitySeconds);
                if (message.sourceRangesPresent != null && message.sourceRangesPresent.length)
                    writer.uint32(114).bools(message.sourceRangesPresent);
                if (message.sourceRangeCount != null && message.sourceRangeCount.length)
                    writer.uint32(122).uint32s(message.sourceRangeCount);
                if (message.sourceRangeAddress != null && message.sourceRangeAddress.length)
                    for (let i = 0; i < message.sourceRangeAddress.length; ++i)
                        writer.uint32(130).bytes(message.sourceRangeAddress[i]);
                if (message.sourceRangePrefix != null && message.sourceRangePrefix.length)
                    writer.uint32(138).uint32s(message.sourceRangePrefix);
                if (message.healthCheckNodePort != null && message.healthCheckNodePort.length)
                    writer.uint32(146).uint32s(message.healthCheckNodePort);
                if (message.portCount != null && message.portCount.length)
                    writer.uint32(154).uint32s(message.portCount);
                if (message.portName != null && message.portName.length)
                    writer.uint32(162).uint32s(message.portName);
                if (message.portProtocol != null && message.portProtocol.length)
                    writer.uint32(170).uint32s(message.portProtocol);
                if (message.portPort != null && message.portPort.length)
                    writer.uint32(178).uint32s(message.portPort);
                if (message.portNodePort != null && message.portNodePort.length)
                    writer.uint32(186).uint32s(message.portNodePort);
                if (message.refusalCount != null && message.refusalCount.length)
                    writer.uint32(194).uint32s(message.refusalCount);
                if (message.refusal != null && message.refusal.length)
                    for (let i = 0; i < message.refusal.length; ++i)
                        writer.uint32(202).string(message.refusal[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            ServiceBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.ServiceBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.strings && message.strings.length))
                                message.strings = [];
                            message.strings.push(reader.stringVerify());
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.namespace && message.namespace.length))
                                    message.namespace = [];
                                reader.uint32s(message.namespace);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.namespace && message.namespace.length))
                                message.namespace = [];
                            message.namespace.push(reader.uint32());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.name && message.name.length))
                                message.name = [];
                            message.name.push(reader.stringVerify());
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.type && message.type.length))
                                    message.type = [];
                                reader.uint32s(message.type);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.type && message.type.length))
                                message.type = [];
                            message.type.push(reader.uint32());
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.clusterIpCount && message.clusterIpCount.length))
                                    message.clusterIpCount = [];
                                reader.uint32s(message.clusterIpCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.clusterIpCount && message.clusterIpCount.length))
                                message.clusterIpCount = [];
                            message.clusterIpCount.push(reader.uint32());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.clusterIp && message.clusterIp.length))
                                message.clusterIp = [];
                            message.clusterIp.push(reader.bytes());
                            continue;
                        }
                    case 7: {
                            if (wireType === 2) {
                                if (!(message.externalIpCount && message.externalIpCount.length))
                                    message.externalIpCount = [];
                                reader.uint32s(message.externalIpCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.externalIpCount && message.externalIpCount.length))
                                message.externalIpCount = [];
                            message.externalIpCount.push(reader.uint32());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.externalIp && message.externalIp.length))
                                message.externalIp = [];
                            message.externalIp.push(reader.bytes());
                            continue;
                        }
                    case 9: {
                            if (wireType === 2) {
                                if (!(message.loadBalancerIpCount && message.loadBalancerIpCount.length))
                                    message.loadBalancerIpCount = [];
                                reader.uint32s(message.loadBalancerIpCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.loadBalancerIpCount && message.loadBalancerIpCount.length))
                                message.loadBalancerIpCount = [];
                            message.loadBalancerIpCount.push(reader.uint32());
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.loadBalancerIp && message.loadBalancerIp.length))
                                message.loadBalancerIp = [];
                            message.loadBalancerIp.push(reader.bytes());
                            continue;
                        }
                    case 11: {
                            if (wireType === 2) {
                                if (!(message.internalPolicy && message.internalPolicy.length))
                                    message.internalPolicy = [];
                                reader.uint32s(message.internalPolicy);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.internalPolicy && message.internalPolicy.length))
                                message.internalPolicy = [];
                            message.internalPolicy.push(reader.uint32());
                            continue;
                        }
                    case 12: {
                            if (wireType === 2) {
                                if (!(message.externalPolicy && message.externalPolicy.length))
                                    message.externalPolicy = [];
                                reader.uint32s(message.externalPolicy);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.externalPolicy && message.externalPolicy.length))
                                message.externalPolicy = [];
                            message.externalPolicy.push(reader.uint32());
                            continue;
                        }
                    case 13: {
                            if (wireType === 2) {
                                if (!(message.affinitySeconds && message.affinitySeconds.length))
                                    message.affinitySeconds = [];
                                reader.uint32s(message.affinitySeconds);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.affinitySeconds && message.affinitySeconds.length))
                                message.affinitySeconds = [];
                            message.affinitySeconds.push(reader.uint32());
                            continue;
                        }
                    case 14: {
                            if (wireType === 2) {
                                if (!(message.sourceRangesPresent && message.sourceRangesPresent.length))
                                    message.sourceRangesPresent = [];
                                reader.bools(message.sourceRangesPresent);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.sourceRangesPresent && message.sourceRangesPresent.length))
                                message.sourceRangesPresent = [];
                            message.sourceRangesPresent.push(reader.bool());
                            continue;
                        }
                    case 15: {
                            if (wireType === 2) {
                                if (!(message.sourceRangeCount && message.sourceRangeCount.length))
                                    message.sourceRangeCount = [];
                                reader.uint32s(message.sourceRangeCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.sourceRangeCount && message.sourceRangeCount.length))
                                message.sourceRangeCount = [];
                            message.sourceRangeCount.push(reader.uint32());
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            if (!(message.sourceRangeAddress && message.sourceRangeAddress.length))
                                message.sourceRangeAddress = [];
                            message.sourceRangeAddress.push(reader.bytes());
                            continue;
                        }
                    case 17: {
                            if (wireType === 2) {
                                if (!(message.sourceRangePrefix && message.sourceRangePrefix.length))
                                    message.sourceRangePrefix = [];
                                reader.uint32s(message.sourceRangePrefix);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.sourceRangePrefix && message.sourceRangePrefix.length))
                                message.sourceRangePrefix = [];
                            message.sourceRangePrefix.push(reader.uint32());
                            continue;
                        }
                    case 18: {
                            if (wireType === 2) {
                                if (!(message.healthCheckNodePort && message.healthCheckNodePort.length))
                                    message.healthCheckNodePort = [];
                                reader.uint32s(message.healthCheckNodePort);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.healthCheckNodePort && message.healthCheckNodePort.length))
                                message.healthCheckNodePort = [];
                            message.healthCheckNodePort.push(reader.uint32());
                            continue;
                        }
                    case 19: {
                            if (wireType === 2) {
                                if (!(message.portCount && message.portCount.length))
                                    message.portCount = [];
                                reader.uint32s(message.portCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.portCount && message.portCount.length))
                                message.portCount = [];
                            message.portCount.push(reader.uint32());
                            continue;
                        }
                    case 20: {
                            if (wireType === 2) {
                                if (!(message.portName && message.portName.length))
                                    message.portName = [];
                                reader.uint32s(message.portName);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.portName && message.portName.length))
                                message.portName = [];
                            message.portName.push(reader.uint32());
                            continue;
                        }
                    case 21: {
                            if (wireType === 2) {
                                if (!(message.portProtocol && message.portProtocol.length))
                                    message.portProtocol = [];
                                reader.uint32s(message.portProtocol);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.portProtocol && message.portProtocol.length))
                                message.portProtocol = [];
                            message.portProtocol.push(reader.uint32());
                            continue;
                        }
                    case 22: {
                            if (wireType === 2) {
                                if (!(message.portPort && message.portPort.length))
                                    message.portPort = [];
                                reader.uint32s(message.portPort);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.portPort && message.portPort.length))
                                message.portPort = [];
                            message.portPort.push(reader.uint32());
                            continue;
                        }
                    case 23: {
                            if (wireType === 2) {
                                if (!(message.portNodePort && message.portNodePort.length))
                                    message.portNodePort = [];
                                reader.uint32s(message.portNodePort);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.portNodePort && message.portNodePort.length))
                                message.portNodePort = [];
                            message.portNodePort.push(reader.uint32());
                            continue;
                        }
                    case 24: {
                            if (wireType === 2) {
                                if (!(message.refusalCount && message.refusalCount.length))
                                    message.refusalCount = [];
                                reader.uint32s(message.refusalCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.refusalCount && message.refusalCount.length))
                                message.refusalCount = [];
                            message.refusalCount.push(reader.uint32());
                            continue;
                        }
                    case 25: {
                            if (wireType !== 2)
                                break;
                            if (!(message.refusal && message.refusal.length))
                                message.refusal = [];
                            message.refusal.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ServiceBatch;
        })();

        v1.EndpointBatch = (function() {

            const EndpointBatch = function (properties) {
                this.strings = [];
                this.namespace = [];
                this.service = [];
                this.portName = [];
                this.protocol = [];
                this.address = [];
                this.port = [];
                this.node = [];
                this.zone = [];
                this.conditions = [];
                this.zoneHintCount = [];
                this.zoneHint = [];
                this.nodeHintCount = [];
                this.nodeHint = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            EndpointBatch.prototype.strings = $util.emptyArray;
            EndpointBatch.prototype.namespace = $util.emptyArray;
            EndpointBatch.prototype.service = $util.emptyArray;
            EndpointBatch.prototype.portName = $util.emptyArray;
            EndpointBatch.prototype.protocol = $util.emptyArray;
            EndpointBatch.prototype.address = $util.emptyArray;
            EndpointBatch.prototype.port = $util.emptyArray;
            EndpointBatch.prototype.node = $util.emptyArray;
            EndpointBatch.prototype.zone = $util.emptyArray;
            EndpointBatch.prototype.conditions = $util.emptyArray;
            EndpointBatch.prototype.zoneHintCount = $util.emptyArray;
            EndpointBatch.prototype.zoneHint = $util.emptyArray;
            EndpointBatch.prototype.nodeHintCount = $util.emptyArray;
            EndpointBatch.prototype.nodeHint = $util.emptyArray;

            EndpointBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.strings != null && message.strings.length)
                    for (let i = 0; i < message.strings.length; ++i)
                        writer.uint32(10).string(message.strings[i]);
                if (message.namespace != null && message.namespace.length)
                    writer.uint32(18).uint32s(message.namespace);
                if (message.service != null && message.service.length)
                    writer.uint32(26).uint32s(message.service);
                if (message.portName != null && message.portName.length)
                    writer.uint32(34).uint32s(message.portName);
                if (message.protocol != null && message.protocol.length)
                    writer.uint32(42).uint32s(message.protocol);
                if (message.address != null && message.address.length)
                    for (let i = 0; i < message.address.length; ++i)
                        writer.uint32(50).bytes(message.address[i]);
                if (message.port != null && message.port.length)
                    writer.uint32(58).uint32s(message.port);
                if (message.node != null && message.node.length)
                    writer.uint32(66).uint32s(message.node);
                if (message.zone != null && message.zone.length)
                    writer.uint32(74).uint32s(message.zone);
                if (message.conditions != null && message.conditions.length)
                    writer.uint32(82).uint32s(message.conditions);
                if (message.zoneHintCount != null && message.zoneHintCount.length)
                    writer.uint32(90).uint32s(message.zoneHintCount);
                if (message.zoneHint != null && message.zoneHint.length)
                    writer.uint32(98).uint32s(message.zoneHint);
                if (message.nodeHintCount != null && message.nodeHintCount.length)
                    writer.uint32(106).uint32s(message.nodeHintCount);
                if (message.nodeHint != null && message.nodeHint.length)
                    writer.uint32(114).uint32s(message.nodeHint);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            EndpointBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.EndpointBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.strings && message.strings.length))
                                message.strings = [];
                            message.strings.push(reader.stringVerify());
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.namespace && message.namespace.length))
                                    message.namespace = [];
                                reader.uint32s(message.namespace);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.namespace && message.namespace.length))
                                message.namespace = [];
                            message.namespace.push(reader.uint32());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.service && message.service.length))
                                    message.service = [];
                                reader.uint32s(message.service);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.service && message.service.length))
                                message.service = [];
                            message.service.push(reader.uint32());
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.portName && message.portName.length))
                                    message.portName = [];
                                reader.uint32s(message.portName);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.portName && message.portName.length))
                                message.portName = [];
                            message.portName.push(reader.uint32());
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.protocol && message.protocol.length))
                                    message.protocol = [];
                                reader.uint32s(message.protocol);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.protocol && message.protocol.length))
                                message.protocol = [];
                            message.protocol.push(reader.uint32());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.address && message.address.length))
                                message.address = [];
                            message.address.push(reader.bytes());
                            continue;
                        }
                    case 7: {
                            if (wireType === 2) {
                                if (!(message.port && message.port.length))
                                    message.port = [];
                                reader.uint32s(message.port);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.port && message.port.length))
                                message.port = [];
                            message.port.push(reader.uint32());
                            continue;
                        }
                    case 8: {
                            if (wireType === 2) {
                                if (!(message.node && message.node.length))
                                    message.node = [];
                                reader.uint32s(message.node);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.node && message.node.length))
                                message.node = [];
                            message.node.push(reader.uint32());
                            continue;
                        }
                    case 9: {
                            if (wireType === 2) {
                                if (!(message.zone && message.zone.length))
                                    message.zone = [];
                                reader.uint32s(message.zone);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.zone && message.zone.length))
                                message.zone = [];
                            message.zone.push(reader.uint32());
                            continue;
                        }
                    case 10: {
                            if (wireType === 2) {
                                if (!(message.conditions && message.conditions.length))
                                    message.conditions = [];
                                reader.uint32s(message.conditions);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.conditions && message.conditions.length))
                                message.conditions = [];
                            message.conditions.push(reader.uint32());
                            continue;
                        }
                    case 11: {
                            if (wireType === 2) {
                                if (!(message.zoneHintCount && message.zoneHintCount.length))
                                    message.zoneHintCount = [];
                                reader.uint32s(message.zoneHintCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.zoneHintCount && message.zoneHintCount.length))
                                message.zoneHintCount = [];
                            message.zoneHintCount.push(reader.uint32());
                            continue;
                        }
                    case 12: {
                            if (wireType === 2) {
                                if (!(message.zoneHint && message.zoneHint.length))
                                    message.zoneHint = [];
                                reader.uint32s(message.zoneHint);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.zoneHint && message.zoneHint.length))
                                message.zoneHint = [];
                            message.zoneHint.push(reader.uint32());
                            continue;
                        }
                    case 13: {
                            if (wireType === 2) {
                                if (!(message.nodeHintCount && message.nodeHintCount.length))
                                    message.nodeHintCount = [];
                                reader.uint32s(message.nodeHintCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.nodeHintCount && message.nodeHintCount.length))
                                message.nodeHintCount = [];
                            message.nodeHintCount.push(reader.uint32());
                            continue;
                        }
                    case 14: {
                            if (wireType === 2) {
                                if (!(message.nodeHint && message.nodeHint.length))
                                    message.nodeHint = [];
                                reader.uint32s(message.nodeHint);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.nodeHint && message.nodeHint.length))
                                message.nodeHint = [];
                            message.nodeHint.push(reader.uint32());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return EndpointBatch;
        })();

        v1.NodeBatch = (function() {

            const NodeBatch = function (properties) {
                this.name = [];
                this.zone = [];
                this.internalIpCount = [];
                this.internalIp = [];
                this.externalIpCount = [];
                this.externalIp = [];
                this.podCidrCount = [];
                this.podCidrAddress = [];
                this.podCidrPrefix = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            NodeBatch.prototype.name = $util.emptyArray;
            NodeBatch.prototype.zone = $util.emptyArray;
            NodeBatch.prototype.internalIpCount = $util.emptyArray;
            NodeBatch.prototype.internalIp = $util.emptyArray;
            NodeBatch.prototype.externalIpCount = $util.emptyArray;
            NodeBatch.prototype.externalIp = $util.emptyArray;
            NodeBatch.prototype.podCidrCount = $util.emptyArray;
            NodeBatch.prototype.podCidrAddress = $util.emptyArray;
            NodeBatch.prototype.podCidrPrefix = $util.emptyArray;

            NodeBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && message.name.length)
                    for (let i = 0; i < message.name.length; ++i)
                        writer.uint32(10).string(message.name[i]);
                if (message.zone != null && message.zone.length)
                    for (let i = 0; i < message.zone.length; ++i)
                        writer.uint32(18).string(message.zone[i]);
                if (message.internalIpCount != null && message.internalIpCount.length)
                    writer.uint32(26).uint32s(message.internalIpCount);
                if (message.internalIp != null && message.internalIp.length)
                    for (let i = 0; i < message.internalIp.length; ++i)
                        writer.uint32(34).bytes(message.internalIp[i]);
                if (message.externalIpCount != null && message.externalIpCount.length)
                    writer.uint32(42).uint32s(message.externalIpCount);
                if (message.externalIp != null && message.externalIp.length)
                    for (let i = 0; i < message.externalIp.length; ++i)
                        writer.uint32(50).bytes(message.externalIp[i]);
                if (message.podCidrCount != null && message.podCidrCount.length)
                    writer.uint32(58).uint32s(message.podCidrCount);
                if (message.podCidrAddress != null && message.podCidrAddress.length)
                    for (let i = 0; i < message.podCidrAddress.length; ++i)
                        writer.uint32(66).bytes(message.podCidrAddress[i]);
                if (message.podCidrPrefix != null && message.podCidrPrefix.length)
                    writer.uint32(74).uint32s(message.podCidrPrefix);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            NodeBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.NodeBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.name && message.name.length))
                                message.name = [];
                            message.name.push(reader.stringVerify());
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.zone && message.zone.length))
                                message.zone = [];
                            message.zone.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.internalIpCount && message.internalIpCount.length))
                                    message.internalIpCount = [];
                                reader.uint32s(message.internalIpCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.internalIpCount && message.internalIpCount.length))
                                message.internalIpCount = [];
                            message.internalIpCount.push(reader.uint32());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.internalIp && message.internalIp.length))
                                message.internalIp = [];
                            message.internalIp.push(reader.bytes());
                            continue;
                        }
                    case 5: {
                            if (wireType === 2) {
                                if (!(message.externalIpCount && message.externalIpCount.length))
                                    message.externalIpCount = [];
                                reader.uint32s(message.externalIpCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.externalIpCount && message.externalIpCount.length))
                                message.externalIpCount = [];
                            message.externalIpCount.push(reader.uint32());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.externalIp && message.externalIp.length))
                                message.externalIp = [];
                            message.externalIp.push(reader.bytes());
                            continue;
                        }
                    case 7: {
                            if (wireType === 2) {
                                if (!(message.podCidrCount && message.podCidrCount.length))
                                    message.podCidrCount = [];
                                reader.uint32s(message.podCidrCount);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.podCidrCount && message.podCidrCount.length))
                                message.podCidrCount = [];
                            message.podCidrCount.push(reader.uint32());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.podCidrAddress && message.podCidrAddress.length))
                                message.podCidrAddress = [];
                            message.podCidrAddress.push(reader.bytes());
                            continue;
                        }
                    case 9: {
                            if (wireType === 2) {
                                if (!(message.podCidrPrefix && message.podCidrPrefix.length))
                                    message.podCidrPrefix = [];
                                reader.uint32s(message.podCidrPrefix);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.podCidrPrefix && message.podCidrPrefix.length))
                                message.podCidrPrefix = [];
                            message.podCidrPrefix.push(reader.uint32());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NodeBatch;
        })();

        v1.SettingsBatch = (function() {

            const SettingsBatch = function (properties) {
                this.podCidrAddress = [];
                this.podCidrPrefix = [];
                this.serviceCidrAddress = [];
                this.serviceCidrPrefix = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SettingsBatch.prototype.podCidrAddress = $util.emptyArray;
            SettingsBatch.prototype.podCidrPrefix = $util.emptyArray;
            SettingsBatch.prototype.serviceCidrAddress = $util.emptyArray;
            SettingsBatch.prototype.serviceCidrPrefix = $util.emptyArray;
            SettingsBatch.prototype.masqueradeAll = false;

            SettingsBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.podCidrAddress != null && message.podCidrAddress.length)
                    for (let i = 0; i < message.podCidrAddress.length; ++i)
                        writer.uint32(10).bytes(message.podCidrAddress[i]);
                if (message.podCidrPrefix != null && message.podCidrPrefix.length)
                    writer.uint32(18).uint32s(message.podCidrPrefix);
                if (message.serviceCidrAddress != null && message.serviceCidrAddress.length)
                    for (let i = 0; i < message.serviceCidrAddress.length; ++i)
                        writer.uint32(26).bytes(message.serviceCidrAddress[i]);
                if (message.serviceCidrPrefix != null && message.serviceCidrPrefix.length)
                    writer.uint32(34).uint32s(message.serviceCidrPrefix);
                if (message.masqueradeAll != null && $Object.hasOwnProperty.call(message, "masqueradeAll") && message.masqueradeAll !== false)
                    writer.uint32(40).bool(message.masqueradeAll);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SettingsBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.leat.v1.SettingsBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.podCidrAddress && message.podCidrAddress.length))
                                message.podCidrAddress = [];
                            message.podCidrAddress.push(reader.bytes());
                            continue;
                        }
                    case 2: {
                            if (wireType === 2) {
                                if (!(message.podCidrPrefix && message.podCidrPrefix.length))
                                    message.podCidrPrefix = [];
                                reader.uint32s(message.podCidrPrefix);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.podCidrPrefix && message.podCidrPrefix.length))
                                message.podCidrPrefix = [];
                            message.podCidrPrefix.push(reader.uint32());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.serviceCidrAddress && message.serviceCidrAddress.length))
                                message.serviceCidrAddress = [];
                            message.serviceCidrAddress.push(reader.bytes());
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.serviceCidrPrefix && message.serviceCidrPrefix.length))
                                    message.serviceCidrPrefix = [];
                                reader.uint32s(message.serviceCidrPrefix);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.serviceCidrPrefix && message.serviceCidrPrefix.length))
                                message.serviceCidrPrefix = [];
                            message.serviceCidrPrefix.push(reader.uint32());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.masqueradeAll = value;
                            else
                                delete message.masqueradeAll;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SettingsBatch;
        })();

        return v1;
    })();

    return leat;
})();

export {
  $root as default
};
