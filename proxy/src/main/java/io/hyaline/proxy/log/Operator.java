package io.hyaline.proxy.log;

import org.jspecify.annotations.Nullable;

/** One {@code %OPERATOR%}: what it reads from a record. */
sealed interface Operator {

    /**
     * Writes the bare value.
     *
     * @param json whether the value lies inside a JSON string
     * @return false, with nothing written, when the value is not set
     */
    boolean write(StreamRecord record, LogBuffer out, boolean json);

    /** A value that JSON writes as a number. */
    record Numeric(ToLong value) implements Operator {
        @Override
        public boolean write(StreamRecord record, LogBuffer out, boolean json) {
            out.number(value.of(record));
            return true;
        }
    }

    /** A number that is not always there. */
    record OptionalNumber(ToLong value) implements Operator {
        @Override
        public boolean write(StreamRecord record, LogBuffer out, boolean json) {
            long number = value.of(record);
            if (number < 0) {
                return false;
            }
            out.number(number);
            return true;
        }
    }

    /** A text; empty and null mean that it is not set. */
    record Text(ToText value) implements Operator {
        @Override
        public boolean write(StreamRecord record, LogBuffer out, boolean json) {
            String text = value.of(record);
            if (text == null || text.isEmpty()) {
                return false;
            }
            if (json) {
                out.escaped(text);
            } else {
                out.raw(text);
            }
            return true;
        }
    }

    /** The moment the stream began, in the usual form. */
    record StartTime() implements Operator {
        @Override
        public boolean write(StreamRecord record, LogBuffer out, boolean json) {
            out.timestamp(record.startEpochMicros());
            return true;
        }
    }

    /** Something that this proxy never has. */
    record Never() implements Operator {
        @Override
        public boolean write(StreamRecord record, LogBuffer out, boolean json) {
            return false;
        }
    }

    /** Reads a number. */
    interface ToLong {
        long of(StreamRecord record);
    }

    /** Reads a text. */
    interface ToText {
        @Nullable
        String of(StreamRecord record);
    }

    /** Where headers are. */
    enum Part {
        REQUEST,
        RESPONSE,
        TRAILERS
    }

    /** A header, or another one when the first is missing, cut to a length. */
    record Header(Part part, Source first, @Nullable Source second, int maxLength) implements Operator {
        @Override
        public boolean write(StreamRecord record, LogBuffer out, boolean json) {
            var head = switch (part) {
                case REQUEST -> record.request;
                case RESPONSE -> record.response;
                case TRAILERS -> record.trailers;
            };
            if (head == null) {
                return false;
            }
            return first.write(head, out, json, maxLength)
                    || (second != null && second.write(head, out, json, maxLength));
        }
    }
}
