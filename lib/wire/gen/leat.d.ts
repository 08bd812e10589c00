// Made by lib/wire/generate.ts from proto/leat.proto. Do not edit.
import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace leat. */
export namespace leat {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a FromAgent.
         * @deprecated Use leat.v1.FromAgent.$Properties instead.
         */
        interface IFromAgent extends leat.v1.FromAgent.$Properties {
        }

        /** Represents a FromAgent. */
        class FromAgent {

            /**
             * Constructs a new FromAgent.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.FromAgent.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FromAgent open. */
            open?: (leat.v1.Open.$Properties|null);

            /** FromAgent applied. */
            applied?: (leat.v1.Applied.$Properties|null);

            /** FromAgent message. */
            message?: ("open"|"applied");

            /**
             * Encodes the specified FromAgent message. Does not implicitly {@link leat.v1.FromAgent.verify|verify} messages.
             * @param message FromAgent message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.FromAgent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FromAgent message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.FromAgent & leat.v1.FromAgent.$Shape} FromAgent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.FromAgent & leat.v1.FromAgent.$Shape;
        }

        namespace FromAgent {

            /** Properties of a FromAgent. */
            interface $Properties {

                /** FromAgent open */
                open?: (leat.v1.Open.$Properties|null);

                /** FromAgent applied */
                applied?: (leat.v1.Applied.$Properties|null);

                /** FromAgent message */
                message?: ("open"|"applied");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a FromAgent. */
            type $Shape = {
              open?: leat.v1.Open.$Shape|null;
              applied?: leat.v1.Applied.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; open?: null; applied?: null }|{ message?: "open"; open: leat.v1.Open.$Shape; applied?: null }|{ message?: "applied"; open?: null; applied: leat.v1.Applied.$Shape })
            );
        }

        /**
         * Properties of an Open.
         * @deprecated Use leat.v1.Open.$Properties instead.
         */
        interface IOpen extends leat.v1.Open.$Properties {
        }

        /** Represents an Open. */
        class Open {

            /**
             * Constructs a new Open.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Open.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Open node. */
            node: string;

            /** Open version. */
            version: string;

            /** Open epoch. */
            epoch: string;

            /** Open revision. */
            revision: (number|Long);

            /** Open buckets. */
            buckets: (number|Long)[];

            /** Open refused. */
            refused: string;

            /**
             * Encodes the specified Open message. Does not implicitly {@link leat.v1.Open.verify|verify} messages.
             * @param message Open message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Open.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Open message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Open & leat.v1.Open.$Shape} Open
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Open & leat.v1.Open.$Shape;
        }

        namespace Open {

            /** Properties of an Open. */
            interface $Properties {

                /** Open node */
                node?: (string|null);

                /** Open version */
                version?: (string|null);

                /** Open epoch */
                epoch?: (string|null);

                /** Open revision */
                revision?: (number|Long|null);

                /** Open buckets */
                buckets?: ((number|Long)[]|null);

                /** Open refused */
                refused?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Open. */
            type $Shape = leat.v1.Open.$Properties;
        }

        /**
         * Properties of an Applied.
         * @deprecated Use leat.v1.Applied.$Properties instead.
         */
        interface IApplied extends leat.v1.Applied.$Properties {
        }

        /** Represents an Applied. */
        class Applied {

            /**
             * Constructs a new Applied.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Applied.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Applied revision. */
            revision: (number|Long);

            /** Applied contentHash. */
            contentHash: (number|Long);

            /** Applied failures. */
            failures: leat.v1.Failure.$Properties[];

            /** Applied failuresTotal. */
            failuresTotal: number;

            /**
             * Encodes the specified Applied message. Does not implicitly {@link leat.v1.Applied.verify|verify} messages.
             * @param message Applied message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Applied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Applied message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Applied & leat.v1.Applied.$Shape} Applied
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Applied & leat.v1.Applied.$Shape;
        }

        namespace Applied {

            /** Properties of an Applied. */
            interface $Properties {

                /** Applied revision */
                revision?: (number|Long|null);

                /** Applied contentHash */
                contentHash?: (number|Long|null);

                /** Applied failures */
                failures?: (leat.v1.Failure.$Properties[]|null);

                /** Applied failuresTotal */
                failuresTotal?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Applied. */
            type $Shape = leat.v1.Applied.$Properties;
        }

        /**
         * Properties of a Failure.
         * @deprecated Use leat.v1.Failure.$Properties instead.
         */
        interface IFailure extends leat.v1.Failure.$Properties {
        }

        /** Represents a Failure. */
        class Failure {

            /**
             * Constructs a new Failure.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Failure.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Failure table. */
            table: leat.v1.Table;

            /** Failure key. */
            key: string;

            /** Failure code. */
            code: string;

            /** Failure message. */
            message: string;

            /**
             * Encodes the specified Failure message. Does not implicitly {@link leat.v1.Failure.verify|verify} messages.
             * @param message Failure message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Failure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Failure message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Failure & leat.v1.Failure.$Shape} Failure
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Failure & leat.v1.Failure.$Shape;
        }

        namespace Failure {

            /** Properties of a Failure. */
            interface $Properties {

                /** Failure table */
                table?: (leat.v1.Table|null);

                /** Failure key */
                key?: (string|null);

                /** Failure code */
                code?: (string|null);

                /** Failure message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Failure. */
            type $Shape = leat.v1.Failure.$Properties;
        }

        /** Table enum. */
        enum Table {

            /** TABLE_UNSPECIFIED value */
            TABLE_UNSPECIFIED = 0,

            /** SERVICES value */
            SERVICES = 1,

            /** ENDPOINTS value */
            ENDPOINTS = 2,

            /** NODES value */
            NODES = 3,

            /** SETTINGS value */
            SETTINGS = 4
        }

        /**
         * Properties of a FromOperator.
         * @deprecated Use leat.v1.FromOperator.$Properties instead.
         */
        interface IFromOperator extends leat.v1.FromOperator.$Properties {
        }

        /** Represents a FromOperator. */
        class FromOperator {

            /**
             * Constructs a new FromOperator.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.FromOperator.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FromOperator reset. */
            reset?: (leat.v1.Reset.$Properties|null);

            /** FromOperator set. */
            set?: (leat.v1.Set.$Properties|null);

            /** FromOperator delete. */
            delete?: (leat.v1.Delete.$Properties|null);

            /** FromOperator sync. */
            sync?: (leat.v1.Sync.$Properties|null);

            /** FromOperator word. */
            word?: ("reset"|"set"|"delete"|"sync");

            /**
             * Encodes the specified FromOperator message. Does not implicitly {@link leat.v1.FromOperator.verify|verify} messages.
             * @param message FromOperator message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.FromOperator.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FromOperator message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.FromOperator & leat.v1.FromOperator.$Shape} FromOperator
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.FromOperator & leat.v1.FromOperator.$Shape;
        }

        namespace FromOperator {

            /** Properties of a FromOperator. */
            interface $Properties {

                /** FromOperator reset */
                reset?: (leat.v1.Reset.$Properties|null);

                /** FromOperator set */
                set?: (leat.v1.Set.$Properties|null);

                /** FromOperator delete */
                "delete"?: (leat.v1.Delete.$Properties|null);

                /** FromOperator sync */
                sync?: (leat.v1.Sync.$Properties|null);

                /** FromOperator word */
                word?: ("reset"|"set"|"delete"|"sync");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a FromOperator. */
            type $Shape = {
              reset?: leat.v1.Reset.$Shape|null;
              set?: leat.v1.Set.$Shape|null;
              "delete"?: leat.v1.Delete.$Shape|null;
              sync?: leat.v1.Sync.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ word?: undefined; reset?: null; set?: null; "delete"?: null; sync?: null }|{ word?: "reset"; reset: leat.v1.Reset.$Shape; set?: null; "delete"?: null; sync?: null }|{ word?: "set"; reset?: null; set: leat.v1.Set.$Shape; "delete"?: null; sync?: null }|{ word?: "delete"; reset?: null; set?: null; "delete": leat.v1.Delete.$Shape; sync?: null }|{ word?: "sync"; reset?: null; set?: null; "delete"?: null; sync: leat.v1.Sync.$Shape })
            );
        }

        /**
         * Properties of a Reset.
         * @deprecated Use leat.v1.Reset.$Properties instead.
         */
        interface IReset extends leat.v1.Reset.$Properties {
        }

        /** Represents a Reset. */
        class Reset {

            /**
             * Constructs a new Reset.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Reset.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Reset epoch. */
            epoch: string;

            /** Reset partial. */
            partial: boolean;

            /** Reset buckets. */
            buckets: number[];

            /**
             * Encodes the specified Reset message. Does not implicitly {@link leat.v1.Reset.verify|verify} messages.
             * @param message Reset message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Reset.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Reset message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Reset & leat.v1.Reset.$Shape} Reset
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Reset & leat.v1.Reset.$Shape;
        }

        namespace Reset {

            /** Properties of a Reset. */
            interface $Properties {

                /** Reset epoch */
                epoch?: (string|null);

                /** Reset partial */
                partial?: (boolean|null);

                /** Reset buckets */
                buckets?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Reset. */
            type $Shape = leat.v1.Reset.$Properties;
        }

        /**
         * Properties of a Set.
         * @deprecated Use leat.v1.Set.$Properties instead.
         */
        interface ISet extends leat.v1.Set.$Properties {
        }

        /** Represents a Set. */
        class Set {

            /**
             * Constructs a new Set.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Set.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Set services. */
            services?: (leat.v1.ServiceBatch.$Properties|null);

            /** Set endpoints. */
            endpoints?: (leat.v1.EndpointBatch.$Properties|null);

            /** Set nodes. */
            nodes?: (leat.v1.NodeBatch.$Properties|null);

            /** Set settings. */
            settings?: (leat.v1.SettingsBatch.$Properties|null);

            /** Set batch. */
            batch?: ("services"|"endpoints"|"nodes"|"settings");

            /**
             * Encodes the specified Set message. Does not implicitly {@link leat.v1.Set.verify|verify} messages.
             * @param message Set message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Set.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Set message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Set & leat.v1.Set.$Shape} Set
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Set & leat.v1.Set.$Shape;
        }

        namespace Set {

            /** Properties of a Set. */
            interface $Properties {

                /** Set services */
                services?: (leat.v1.ServiceBatch.$Properties|null);

                /** Set endpoints */
                endpoints?: (leat.v1.EndpointBatch.$Properties|null);

                /** Set nodes */
                nodes?: (leat.v1.NodeBatch.$Properties|null);

                /** Set settings */
                settings?: (leat.v1.SettingsBatch.$Properties|null);

                /** Set batch */
                batch?: ("services"|"endpoints"|"nodes"|"settings");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a Set. */
            type $Shape = {
              services?: leat.v1.ServiceBatch.$Shape|null;
              endpoints?: leat.v1.EndpointBatch.$Shape|null;
              nodes?: leat.v1.NodeBatch.$Shape|null;
              settings?: leat.v1.SettingsBatch.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ batch?: undefined; services?: null; endpoints?: null; nodes?: null; settings?: null }|{ batch?: "services"; services: leat.v1.ServiceBatch.$Shape; endpoints?: null; nodes?: null; settings?: null }|{ batch?: "endpoints"; services?: null; endpoints: leat.v1.EndpointBatch.$Shape; nodes?: null; settings?: null }|{ batch?: "nodes"; services?: null; endpoints?: null; nodes: leat.v1.NodeBatch.$Shape; settings?: null }|{ batch?: "settings"; services?: null; endpoints?: null; nodes?: null; settings: leat.v1.SettingsBatch.$Shape })
            );
        }

        /**
         * Properties of a Delete.
         * @deprecated Use leat.v1.Delete.$Properties instead.
         */
        interface IDelete extends leat.v1.Delete.$Properties {
        }

        /** Represents a Delete. */
        class Delete {

            /**
             * Constructs a new Delete.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Delete.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Delete table. */
            table: leat.v1.Table;

            /** Delete keys. */
            keys: string[];

            /**
             * Encodes the specified Delete message. Does not implicitly {@link leat.v1.Delete.verify|verify} messages.
             * @param message Delete message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Delete.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Delete message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Delete & leat.v1.Delete.$Shape} Delete
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Delete & leat.v1.Delete.$Shape;
        }

        namespace Delete {

            /** Properties of a Delete. */
            interface $Properties {

                /** Delete table */
                table?: (leat.v1.Table|null);

                /** Delete keys */
                keys?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Delete. */
            type $Shape = leat.v1.Delete.$Properties;
        }

        /**
         * Properties of a Sync.
         * @deprecated Use leat.v1.Sync.$Properties instead.
         */
        interface ISync extends leat.v1.Sync.$Properties {
        }

        /** Represents a Sync. */
        class Sync {

            /**
             * Constructs a new Sync.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.Sync.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sync revision. */
            revision: (number|Long);

            /** Sync contentHash. */
            contentHash: (number|Long);

            /**
             * Encodes the specified Sync message. Does not implicitly {@link leat.v1.Sync.verify|verify} messages.
             * @param message Sync message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.Sync.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sync message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.Sync & leat.v1.Sync.$Shape} Sync
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.Sync & leat.v1.Sync.$Shape;
        }

        namespace Sync {

            /** Properties of a Sync. */
            interface $Properties {

                /** Sync revision */
                revision?: (number|Long|null);

                /** Sync contentHash */
                contentHash?: (number|Long|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sync. */
            type $Shape = leat.v1.Sync.$Properties;
        }

        /**
         * Properties of a ServiceBatch.
         * @deprecated Use leat.v1.ServiceBatch.$Properties instead.
         */
        interface IServiceBatch extends leat.v1.ServiceBatch.$Properties {
        }

        /** Represents a ServiceBatch. */
        class ServiceBatch {

            /**
             * Constructs a new ServiceBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.ServiceBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ServiceBatch strings. */
            strings: string[];

            /** ServiceBatch namespace. */
            namespace: number[];

            /** ServiceBatch name. */
            name: string[];

            /** ServiceBatch type. */
            type: number[];

            /** ServiceBatch clusterIpCount. */
            clusterIpCount: number[];

            /** ServiceBatch clusterIp. */
            clusterIp: Uint8Array[];

            /** ServiceBatch externalIpCount. */
            externalIpCount: number[];

            /** ServiceBatch externalIp. */
            externalIp: Uint8Array[];

            /** ServiceBatch loadBalancerIpCount. */
            loadBalancerIpCount: number[];

            /** ServiceBatch loadBalancerIp. */
            loadBalancerIp: Uint8Array[];

            /** ServiceBatch internalPolicy. */
            internalPolicy: number[];

            /** ServiceBatch externalPolicy. */
            externalPolicy: number[];

            /** ServiceBatch affinitySeconds. */
            affinitySeconds: number[];

            /** ServiceBatch sourceRangesPresent. */
            sourceRangesPresent: boolean[];

            /** ServiceBatch sourceRangeCount. */
            sourceRangeCount: number[];

            /** ServiceBatch sourceRangeAddress. */
            sourceRangeAddress: Uint8Array[];

            /** ServiceBatch sourceRangePrefix. */
            sourceRangePrefix: number[];

            /** ServiceBatch healthCheckNodePort. */
            healthCheckNodePort: number[];

            /** ServiceBatch portCount. */
            portCount: number[];

            /** ServiceBatch portName. */
            portName: number[];

            /** ServiceBatch portProtocol. */
            portProtocol: number[];

            /** ServiceBatch portPort. */
            portPort: number[];

            /** ServiceBatch portNodePort. */
            portNodePort: number[];

            /** ServiceBatch refusalCount. */
            refusalCount: number[];

            /** ServiceBatch refusal. */
            refusal: string[];

            /**
             * Encodes the specified ServiceBatch message. Does not implicitly {@link leat.v1.ServiceBatch.verify|verify} messages.
             * @param message ServiceBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.ServiceBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ServiceBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.ServiceBatch & leat.v1.ServiceBatch.$Shape} ServiceBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.ServiceBatch & leat.v1.ServiceBatch.$Shape;
        }

        namespace ServiceBatch {

            /** Properties of a ServiceBatch. */
            interface $Properties {

                /** ServiceBatch strings */
                strings?: (string[]|null);

                /** ServiceBatch namespace */
                namespace?: (number[]|null);

                /** ServiceBatch name */
                name?: (string[]|null);

                /** ServiceBatch type */
                type?: (number[]|null);

                /** ServiceBatch clusterIpCount */
                clusterIpCount?: (number[]|null);

                /** ServiceBatch clusterIp */
                clusterIp?: (Uint8Array[]|null);

                /** ServiceBatch externalIpCount */
                externalIpCount?: (number[]|null);

                /** ServiceBatch externalIp */
                externalIp?: (Uint8Array[]|null);

                /** ServiceBatch loadBalancerIpCount */
                loadBalancerIpCount?: (number[]|null);

                /** ServiceBatch loadBalancerIp */
                loadBalancerIp?: (Uint8Array[]|null);

                /** ServiceBatch internalPolicy */
                internalPolicy?: (number[]|null);

                /** ServiceBatch externalPolicy */
                externalPolicy?: (number[]|null);

                /** ServiceBatch affinitySeconds */
                affinitySeconds?: (number[]|null);

                /** ServiceBatch sourceRangesPresent */
                sourceRangesPresent?: (boolean[]|null);

                /** ServiceBatch sourceRangeCount */
                sourceRangeCount?: (number[]|null);

                /** ServiceBatch sourceRangeAddress */
                sourceRangeAddress?: (Uint8Array[]|null);

                /** ServiceBatch sourceRangePrefix */
                sourceRangePrefix?: (number[]|null);

                /** ServiceBatch healthCheckNodePort */
                healthCheckNodePort?: (number[]|null);

                /** ServiceBatch portCount */
                portCount?: (number[]|null);

                /** ServiceBatch portName */
                portName?: (number[]|null);

                /** ServiceBatch portProtocol */
                portProtocol?: (number[]|null);

                /** ServiceBatch portPort */
                portPort?: (number[]|null);

                /** ServiceBatch portNodePort */
                portNodePort?: (number[]|null);

                /** ServiceBatch refusalCount */
                refusalCount?: (number[]|null);

                /** ServiceBatch refusal */
                refusal?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ServiceBatch. */
            type $Shape = leat.v1.ServiceBatch.$Properties;
        }

        /**
         * Properties of an EndpointBatch.
         * @deprecated Use leat.v1.EndpointBatch.$Properties instead.
         */
        interface IEndpointBatch extends leat.v1.EndpointBatch.$Properties {
        }

        /** Represents an EndpointBatch. */
        class EndpointBatch {

            /**
             * Constructs a new EndpointBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.EndpointBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndpointBatch strings. */
            strings: string[];

            /** EndpointBatch namespace. */
            namespace: number[];

            /** EndpointBatch service. */
            service: number[];

            /** EndpointBatch portName. */
            portName: number[];

            /** EndpointBatch protocol. */
            protocol: number[];

            /** EndpointBatch address. */
            address: Uint8Array[];

            /** EndpointBatch port. */
            port: number[];

            /** EndpointBatch node. */
            node: number[];

            /** EndpointBatch zone. */
            zone: number[];

            /** EndpointBatch conditions. */
            conditions: number[];

            /** EndpointBatch zoneHintCount. */
            zoneHintCount: number[];

            /** EndpointBatch zoneHint. */
            zoneHint: number[];

            /** EndpointBatch nodeHintCount. */
            nodeHintCount: number[];

            /** EndpointBatch nodeHint. */
            nodeHint: number[];

            /**
             * Encodes the specified EndpointBatch message. Does not implicitly {@link leat.v1.EndpointBatch.verify|verify} messages.
             * @param message EndpointBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.EndpointBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndpointBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.EndpointBatch & leat.v1.EndpointBatch.$Shape} EndpointBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.EndpointBatch & leat.v1.EndpointBatch.$Shape;
        }

        namespace EndpointBatch {

            /** Properties of an EndpointBatch. */
            interface $Properties {

                /** EndpointBatch strings */
                strings?: (string[]|null);

                /** EndpointBatch namespace */
                namespace?: (number[]|null);

                /** EndpointBatch service */
                service?: (number[]|null);

                /** EndpointBatch portName */
                portName?: (number[]|null);

                /** EndpointBatch protocol */
                protocol?: (number[]|null);

                /** EndpointBatch address */
                address?: (Uint8Array[]|null);

                /** EndpointBatch port */
                port?: (number[]|null);

                /** EndpointBatch node */
                node?: (number[]|null);

                /** EndpointBatch zone */
                zone?: (number[]|null);

                /** EndpointBatch conditions */
                conditions?: (number[]|null);

                /** EndpointBatch zoneHintCount */
                zoneHintCount?: (number[]|null);

                /** EndpointBatch zoneHint */
                zoneHint?: (number[]|null);

                /** EndpointBatch nodeHintCount */
                nodeHintCount?: (number[]|null);

                /** EndpointBatch nodeHint */
                nodeHint?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndpointBatch. */
            type $Shape = leat.v1.EndpointBatch.$Properties;
        }

        /**
         * Properties of a NodeBatch.
         * @deprecated Use leat.v1.NodeBatch.$Properties instead.
         */
        interface INodeBatch extends leat.v1.NodeBatch.$Properties {
        }

        /** Represents a NodeBatch. */
        class NodeBatch {

            /**
             * Constructs a new NodeBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.NodeBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NodeBatch name. */
            name: string[];

            /** NodeBatch zone. */
            zone: string[];

            /** NodeBatch internalIpCount. */
            internalIpCount: number[];

            /** NodeBatch internalIp. */
            internalIp: Uint8Array[];

            /** NodeBatch externalIpCount. */
            externalIpCount: number[];

            /** NodeBatch externalIp. */
            externalIp: Uint8Array[];

            /** NodeBatch podCidrCount. */
            podCidrCount: number[];

            /** NodeBatch podCidrAddress. */
            podCidrAddress: Uint8Array[];

            /** NodeBatch podCidrPrefix. */
            podCidrPrefix: number[];

            /**
             * Encodes the specified NodeBatch message. Does not implicitly {@link leat.v1.NodeBatch.verify|verify} messages.
             * @param message NodeBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.NodeBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NodeBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.NodeBatch & leat.v1.NodeBatch.$Shape} NodeBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.NodeBatch & leat.v1.NodeBatch.$Shape;
        }

        namespace NodeBatch {

            /** Properties of a NodeBatch. */
            interface $Properties {

                /** NodeBatch name */
                name?: (string[]|null);

                /** NodeBatch zone */
                zone?: (string[]|null);

                /** NodeBatch internalIpCount */
                internalIpCount?: (number[]|null);

                /** NodeBatch internalIp */
                internalIp?: (Uint8Array[]|null);

                /** NodeBatch externalIpCount */
                externalIpCount?: (number[]|null);

                /** NodeBatch externalIp */
                externalIp?: (Uint8Array[]|null);

                /** NodeBatch podCidrCount */
                podCidrCount?: (number[]|null);

                /** NodeBatch podCidrAddress */
                podCidrAddress?: (Uint8Array[]|null);

                /** NodeBatch podCidrPrefix */
                podCidrPrefix?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NodeBatch. */
            type $Shape = leat.v1.NodeBatch.$Properties;
        }

        /**
         * Properties of a SettingsBatch.
         * @deprecated Use leat.v1.SettingsBatch.$Properties instead.
         */
        interface ISettingsBatch extends leat.v1.SettingsBatch.$Properties {
        }

        /** Represents a SettingsBatch. */
        class SettingsBatch {

            /**
             * Constructs a new SettingsBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: leat.v1.SettingsBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SettingsBatch podCidrAddress. */
            podCidrAddress: Uint8Array[];

            /** SettingsBatch podCidrPrefix. */
            podCidrPrefix: number[];

            /** SettingsBatch serviceCidrAddress. */
            serviceCidrAddress: Uint8Array[];

            /** SettingsBatch serviceCidrPrefix. */
            serviceCidrPrefix: number[];

            /** SettingsBatch masqueradeAll. */
            masqueradeAll: boolean;

            /**
             * Encodes the specified SettingsBatch message. Does not implicitly {@link leat.v1.SettingsBatch.verify|verify} messages.
             * @param message SettingsBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: leat.v1.SettingsBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SettingsBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {leat.v1.SettingsBatch & leat.v1.SettingsBatch.$Shape} SettingsBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): leat.v1.SettingsBatch & leat.v1.SettingsBatch.$Shape;
        }

        namespace SettingsBatch {

            /** Properties of a SettingsBatch. */
            interface $Properties {

                /** SettingsBatch podCidrAddress */
                podCidrAddress?: (Uint8Array[]|null);

                /** SettingsBatch podCidrPrefix */
                podCidrPrefix?: (number[]|null);

                /** SettingsBatch serviceCidrAddress */
                serviceCidrAddress?: (Uint8Array[]|null);

                /** SettingsBatch serviceCidrPrefix */
                serviceCidrPrefix?: (number[]|null);

                /** SettingsBatch masqueradeAll */
                masqueradeAll?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SettingsBatch. */
            type $Shape = leat.v1.SettingsBatch.$Properties;
        }
    }
}
