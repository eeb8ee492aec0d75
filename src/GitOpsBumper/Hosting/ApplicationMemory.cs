using System.Collections.Concurrent;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting;

/// <summary>The Applications of the cluster, and as what each of them was last decided from.</summary>
/// <param name="watch">Knows them as they are.</param>
/// <param name="settings">As they are now.</param>
/// <param name="logger">Of the controller.</param>
internal sealed partial class ApplicationMemory(ClusterWatch watch, Func<BumperSettings> settings, ILogger logger)
{
    private readonly ConcurrentDictionary<NamespacedName, Looked> _looked = new();

    /// <summary>The names of all that are remembered.</summary>
    public IReadOnlySet<NamespacedName> Known => _looked.Keys.ToHashSet();

    /// <summary>Of an application that asks for updates, or did when it was last looked at.</summary>
    public bool IsNews(NamespacedName name)
    {
        _looked.TryGetValue(name, out var before);
        return watch.Find(name) is { IsBeingDeleted: false } watched
            && ApplicationNews.IsNews(before?.Application, watched.Value)
            && (Asks(watched.Value, settings()) || before is { Asks: true });
    }

    /// <summary>The repository that the application would write to; else it is by itself.</summary>
    public string PlaceOf(NamespacedName name) =>
        watch.Find(name) is { } watched
        && Policy(watched.Value, settings())?.WriteBack is { Method: WriteBackMethod.Git, RepositoryUrl: { } repository }
        && RepositoryUrl.TryParse(repository, out var url, out _)
            ? url.Text
            : name.ToString();

    /// <summary>For updates.</summary>
    public bool Asks(ApplicationSnapshot application, BumperSettings used) => used.Filter.Accepts(application) && Policy(application, used) is not null;

    private ApplicationPolicy? Policy(ApplicationSnapshot application, BumperSettings used)
    {
        try
        {
            return AnnotationReader.Read(application, used.Annotations);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A bug; the cycle comes to the same and tells it of the application.
            Log.Unexpected(logger, application.Name.ToString(), failure);
            return new ApplicationPolicy { Application = application.Name, Images = [] };
        }
    }

    /// <summary>As it is at this moment; null when there is nothing to be done for it.</summary>
    public ApplicationSnapshot? Current(ApplicationSnapshot application, BumperSettings used) =>
        watch.Find(application.Name) is { IsBeingDeleted: false } watched
        // What is still the very same was read when the cycle began.
        && (ReferenceEquals(watched.Value, application) || Asks(watched.Value, used))
            ? watched.Value
            : null;

    /// <summary>Whether it still says what it was decided from.</summary>
    public bool IsCurrent(ApplicationSnapshot application, BumperSettings used) => Current(application, used) is { } now && !ApplicationNews.IsNews(application, now);

    /// <summary>It was decided from this; what it says is news no longer.</summary>
    public void Look(ApplicationSnapshot application, bool asks) => _looked[application.Name] = new Looked(application, asks);

    /// <summary>Whatever it says next is news.</summary>
    public void Forget(NamespacedName name) => _looked.TryRemove(name, out _);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An internal error while reading {Application}.")]
        public static partial void Unexpected(ILogger logger, string application, Exception exception);
    }

    /// <param name="Asks">For updates.</param>
    private sealed record Looked(ApplicationSnapshot Application, bool Asks);
}
