using GitOpsBumper.Configuration;
using GitOpsBumper.Logging;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>Where the process tells what it does; there before anything else, and gone after it.</summary>
internal sealed class ProcessLogs : IDisposable
{
    private readonly LogWriter _writer;
    private readonly LogLevel _ownLevel;

    /// <param name="writer">Where the lines go.</param>
    /// <param name="settings">Of the process.</param>
    /// <param name="ownLevel">Where the settings name none.</param>
    public ProcessLogs(TextWriter writer, LogSection settings, LogLevel ownLevel)
    {
        _ownLevel = ownLevel;
        _writer = new LogWriter(writer, settings.Format == OutputFormat.Json, TimeProvider.System, settings.Level ?? ownLevel);
        var filter = new LoggerFilterOptions { MinLevel = LogLevel.Trace };
        // The web server tells of every probe.
        filter.Rules.Add(new LoggerFilterRule(null, "Microsoft", LogLevel.Warning, null));
        Loggers = new LoggerFactory([_writer], filter);
    }

    public LoggerFactory Loggers { get; }

    /// <param name="level">Null: where the settings name none.</param>
    public void LogFrom(LogLevel? level) => _writer.Least = level ?? _ownLevel;

    public void Dispose()
    {
        Loggers.Dispose();
        _writer.Dispose();
    }
}
