using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Logging;

/// <summary>
/// Log lines on standard error: text for people, one JSON object a line for collectors, with the values of the message as fields of their own.
/// Exceptions are told by their message; the stack follows at debug level.
/// </summary>
internal sealed class LogWriter(TextWriter writer, bool json, TimeProvider time, LogLevel least) : ILoggerProvider
{
    /// <summary>For collectors that expect what people can read; the text is no part of a page.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of a message, and of each of its values: whatever somebody has quoted in it, a line stays one that people and collectors can take.</summary>
    internal const int MaxMessage = 4000;

    /// <summary>Of what an exception says, its stack included.</summary>
    private const int MaxDetail = 32_000;

    private readonly Lock _gate = new();

    /// <summary>May change while the process lives.</summary>
    public LogLevel Least { get; set; } = least;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Write(LogLevel level, string category, string message, object? state, Exception? exception)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
        var word = level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            _ => "error",
        };
        message = SafeText.Cut(message, MaxMessage);
        var detail = SafeText.Cut(exception is null ? "" : Least <= LogLevel.Debug ? exception.ToString() : exception.Message, MaxDetail);
        var line = json ? Json(now, word, category, message, state as IReadOnlyList<KeyValuePair<string, object?>> ?? [], detail) : $"{now} {word,-5} {SafeText.Of(message)}{(detail.Length == 0 ? "" : $": {Indented(detail)}")}";
        lock (_gate)
            writer.WriteLine(line);
    }

    /// <summary>A stack has lines; nothing else of it reaches the terminal unseen.</summary>
    private static string Indented(string detail) => string.Join('\n', detail.Split('\n').Select(SafeText.Of));

    private static string Json(string time, string level, string category, string message, IReadOnlyList<KeyValuePair<string, object?>> values, string detail)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("time", time);
            writer.WriteString("level", level);
            writer.WriteString("logger", category);
            writer.WriteString("message", message);
            foreach (var (name, value) in values)
                WriteValue(writer, JsonNamingPolicy.CamelCase.ConvertName(name), value);
            if (detail.Length > 0)
                writer.WriteString("exception", detail);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, object? value)
    {
        // The template of the message; and what would stand there twice.
        if (name is "{OriginalFormat}" or "time" or "level" or "logger" or "message" or "exception")
            return;
        switch (value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case int or long:
                writer.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumber(name, number);
                break;
            default:
                writer.WriteString(name, SafeText.Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", MaxMessage));
                break;
        }
    }

    private sealed class Logger(LogWriter owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= owner.Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                owner.Write(logLevel, category, formatter(state, exception), state, exception);
        }
    }
}
