package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StderrAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import io.hyaline.proxy.log.AccessLogPlan;
import io.hyaline.proxy.log.AccessLogPlan.Comparison;
import io.hyaline.proxy.log.AccessLogPlan.Filter;
import io.hyaline.proxy.log.LogFormat;
import io.hyaline.proxy.log.ResponseFlag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Access logs. */
final class LogCompiler {

    /** Envoy's own default line. */
    private static final String DEFAULT_FORMAT = "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% "
            + "%PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
            + "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
            + "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

    private LogCompiler() {}

    static List<AccessLogPlan> logs(List<AccessLog> logs) throws InvalidProtocolBufferException {
        List<AccessLogPlan> plans = new ArrayList<>();
        for (AccessLog log : logs) {
            try {
                plans.add(log(log));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("access log '" + log.getName() + "': " + e.getMessage(), e);
            }
        }
        return List.copyOf(plans);
    }

    private static AccessLogPlan log(AccessLog log) throws InvalidProtocolBufferException {
        Filter filter = log.hasFilter() ? filter(log.getFilter()) : null;
        Any config = log.getTypedConfig();
        if (config.is(FileAccessLog.class)) {
            FileAccessLog file = config.unpack(FileAccessLog.class);
            return new AccessLogPlan(file.getPath(), format(file), filter);
        }
        if (config.is(StdoutAccessLog.class)) {
            StdoutAccessLog stream = config.unpack(StdoutAccessLog.class);
            return new AccessLogPlan("/dev/stdout", format(stream.hasLogFormat(), stream.getLogFormat()), filter);
        }
        if (config.is(StderrAccessLog.class)) {
            StderrAccessLog stream = config.unpack(StderrAccessLog.class);
            return new AccessLogPlan("/dev/stderr", format(stream.hasLogFormat(), stream.getLogFormat()), filter);
        }
        throw Fields.refuse("type '" + config.getTypeUrl() + "' is not supported; only file, stdout and stderr are");
    }

    @SuppressWarnings("deprecation") // format, json_format and typed_json_format are what older Istio writes
    private static LogFormat format(FileAccessLog file) {
        return switch (file.getAccessLogFormatCase()) {
            case FORMAT -> LogFormat.text(file.getFormat().isEmpty() ? DEFAULT_FORMAT : file.getFormat(), false);
            case JSON_FORMAT -> json(file.getJsonFormat(), false);
            case TYPED_JSON_FORMAT -> json(file.getTypedJsonFormat(), false);
            case LOG_FORMAT -> format(true, file.getLogFormat());
            case ACCESSLOGFORMAT_NOT_SET -> LogFormat.text(DEFAULT_FORMAT, false);
        };
    }

    @SuppressWarnings("deprecation") // text_format is what older configuration writes
    private static LogFormat format(boolean present, SubstitutionFormatString format) {
        if (!present) {
            return LogFormat.text(DEFAULT_FORMAT, false);
        }
        Fields.only(
                format,
                "text_format",
                "json_format",
                "text_format_source",
                "omit_empty_values",
                "content_type",
                "json_format_options",
                "formatters");
        for (var formatter : format.getFormattersList()) {
            if (!HttpCompiler.formatterExtension(formatter.getTypedConfig().getTypeUrl())) {
                throw Fields.refuse("formatter '" + formatter.getName() + "' is not supported");
            }
        }
        boolean omit = format.getOmitEmptyValues();
        return switch (format.getFormatCase()) {
            case TEXT_FORMAT -> LogFormat.text(format.getTextFormat(), omit);
            case TEXT_FORMAT_SOURCE -> LogFormat.text(Fields.content(format.getTextFormatSource()), omit);
            case JSON_FORMAT -> json(format.getJsonFormat(), omit);
            case FORMAT_NOT_SET -> throw Fields.refuse("log_format is empty");
        };
    }

    private static LogFormat json(Struct format, boolean omit) {
        return LogFormat.json(object(format), omit);
    }

    private static Map<String, Object> object(Struct struct) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
            Object value = value(field.getValue());
            if (value != null) {
                object.put(field.getKey(), value);
            }
        }
        return object;
    }

    private static @Nullable Object value(Value value) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case NUMBER_VALUE -> value.getNumberValue();
            case BOOL_VALUE -> value.getBoolValue();
            case STRUCT_VALUE -> object(value.getStructValue());
            case NULL_VALUE, KIND_NOT_SET -> null;
            case LIST_VALUE -> throw Fields.refuse("lists in a JSON format are not supported");
        };
    }

    private static Filter filter(AccessLogFilter filter) {
        return switch (filter.getFilterSpecifierCase()) {
            case RESPONSE_FLAG_FILTER ->
                new Filter.Flags(filter.getResponseFlagFilter().getFlagsList().stream()
                        .map(LogCompiler::flag)
                        .toList());
            case STATUS_CODE_FILTER ->
                new Filter.Status(
                        comparison(filter.getStatusCodeFilter().getComparison()),
                        limit(filter.getStatusCodeFilter().getComparison()));
            case DURATION_FILTER ->
                new Filter.Duration(
                        comparison(filter.getDurationFilter().getComparison()),
                        limit(filter.getDurationFilter().getComparison()));
            case NOT_HEALTH_CHECK_FILTER -> new Filter.NotHealthCheck();
            case AND_FILTER ->
                new Filter.And(filter.getAndFilter().getFiltersList().stream()
                        .map(LogCompiler::filter)
                        .toList());
            case OR_FILTER ->
                new Filter.Or(filter.getOrFilter().getFiltersList().stream()
                        .map(LogCompiler::filter)
                        .toList());
            case TRACEABLE_FILTER,
                    RUNTIME_FILTER,
                    HEADER_FILTER,
                    GRPC_STATUS_FILTER,
                    EXTENSION_FILTER,
                    METADATA_FILTER,
                    LOG_TYPE_FILTER,
                    FILTERSPECIFIER_NOT_SET ->
                throw Fields.refuse("filter " + filter.getFilterSpecifierCase() + " is not supported");
        };
    }

    private static ResponseFlag flag(String name) {
        ResponseFlag flag = ResponseFlag.named(name);
        if (flag == null) {
            throw Fields.refuse("response flag '" + name + "' is not known");
        }
        return flag;
    }

    private static long limit(ComparisonFilter filter) {
        return Integer.toUnsignedLong(filter.getValue().getDefaultValue());
    }

    private static Comparison comparison(ComparisonFilter filter) {
        return switch (filter.getOp()) {
            case EQ -> Comparison.EQ;
            case GE -> Comparison.GE;
            case LE -> Comparison.LE;
            case UNRECOGNIZED -> throw Fields.refuse("a comparison has an unknown operator");
        };
    }
}
