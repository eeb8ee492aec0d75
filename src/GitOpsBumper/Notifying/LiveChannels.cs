using GitOpsBumper.Configuration.Secrets;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Notifying;

/// <summary>The channels as the secret has them now; it is read again only when it has changed.</summary>
/// <param name="secrets">As they are now.</param>
/// <param name="urls">Of the environment; null: none.</param>
/// <param name="reader">Of channels.</param>
/// <param name="logger">Hears of each problem once.</param>
internal sealed partial class LiveChannels(Func<SecretLayer> secrets, string? urls, ChannelReader reader, ILogger logger)
{
    private IReadOnlyList<SecretEntry>? _known;
    private volatile ChannelSet _channels = ChannelSet.Empty;

    /// <summary>As they were when they were last looked at.</summary>
    public ChannelSet Current => _channels;

    /// <returns>The same object as long as nothing has changed.</returns>
    public ChannelSet Look()
    {
        var layer = secrets();
        var entries = layer.Under(ChannelReader.Prefix).ToList();
        if (_known is not null && _known.SequenceEqual(entries))
            return _channels;
        _known = entries;
        var read = reader.Read(layer, urls);
        foreach (var problem in read.Problems.Except(_channels.Problems, StringComparer.Ordinal))
            Log.Problem(logger, problem);
        if (read.Channels.Count > 0)
            Log.Channels(logger, read.Channels.Count);
        _channels = read;
        return read;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A channel for notifications cannot be used: {Problem}")]
        public static partial void Problem(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Debug, "There are {Count} channels for notifications.")]
        public static partial void Channels(ILogger logger, int count);
    }
}
