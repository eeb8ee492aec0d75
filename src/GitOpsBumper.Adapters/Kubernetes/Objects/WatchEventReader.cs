using System.Globalization;
using System.Runtime.CompilerServices;
using GitOpsBumper.Adapters.Kubernetes.Objects.Json;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>What a watch tells.</summary>
/// <seealso href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"/>
internal abstract record WatchEvent<T>
{
    private WatchEvent()
    {
    }

    /// <summary>ADDED and MODIFIED, which a watcher cannot tell apart after a cut.</summary>
    public sealed record Seen(ObjectReading<T> Reading) : WatchEvent<T>;

    public sealed record Deleted(ObjectReading<T> Reading) : WatchEvent<T>;

    /// <summary>Nothing has changed, and a watch may begin here.</summary>
    public sealed record Bookmark(string ResourceVersion) : WatchEvent<T>;

    /// <param name="Code">Such as 410; 0 when it says none.</param>
    /// <param name="Message">As the server words it.</param>
    public sealed record Error(int Code, string Message) : WatchEvent<T>;
}

/// <summary>Reads the events of a watch as they come; ends when the server ends the watch.</summary>
internal sealed class WatchEventReader<T>(ObjectKind<T> kind, StringTable strings)
{
    private const int MaxMessage = 500;

    private readonly WantedFields _wanted = new WantedFields
    {
        ["type"] = WantedFields.Identity,
        ["object"] = WantedFields.Of("code", "message", "reason").And(kind.Wanted),
    };

    /// <exception cref="KubernetesException">An event was cut off, or is none.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new JsonBounds($"the watch of {kind.Plural}", long.MaxValue);
        using var nodes = new JsonNodeReader(body, _wanted, strings, bounds, many: true);
        while (await nodes.NextAsync(cancellationToken) is { } node)
        {
            // A kind of event that is not known yet is no reason to stop.
            if (Event(node, nodes.Problem) is { } told)
                yield return told;
        }
    }

    private WatchEvent<T>? Event(ManifestNode node, string? problem)
    {
        if (node["type"]?.Text is not { } type || node["object"] is not { Map: not null } item)
            throw MalformedAnswer.Because($"the watch of {kind.Plural} sent something that is no event", isTransient: false);
        switch (type)
        {
            case "ADDED" or "MODIFIED":
                return new WatchEvent<T>.Seen(kind.Read(item, problem));
            case "DELETED":
                return new WatchEvent<T>.Deleted(kind.Read(item, problem));
            case "BOOKMARK":
                return item["metadata"]?["resourceVersion"]?.Text is { Length: > 0 } version ? new WatchEvent<T>.Bookmark(version) : null;
            case "ERROR":
                var message = item["message"]?.Text ?? item["reason"]?.Text ?? "no reason given";
                _ = int.TryParse(item["code"]?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code);
                return new WatchEvent<T>.Error(code, message.Length <= MaxMessage ? message : message[..MaxMessage] + "...");
            default:
                return null;
        }
    }
}
