using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Controller.Targets;

/// <summary>
/// A write-back target and the texts that it was read from. What was read is let go when memory is wanted, and read again when something is written: the trees of a
/// thousand large values files are many times their text, and most of them are looked at once.
/// </summary>
internal sealed class OpenedTarget
{
    private readonly ApplicationWork _application;
    private readonly IReadOnlyDictionary<RepositoryPath, FileText> _texts;
    private readonly WeakReference<IWriteBackTarget> _target;

    private OpenedTarget(ApplicationWork application, IReadOnlyDictionary<RepositoryPath, FileText> texts, IWriteBackTarget target)
    {
        _application = application;
        _texts = texts;
        _target = new WeakReference<IWriteBackTarget>(target);
        Files = texts.Where(file => target.DependsOn(file.Key)).ToDictionary();
    }

    /// <summary>That matter to it, as they were.</summary>
    public IReadOnlyDictionary<RepositoryPath, FileText> Files { get; }

    public IWriteBackTarget Target
    {
        get
        {
            if (_target.TryGetTarget(out var known))
                return known;
            if (!TryRead(_application, _texts, out var target, out var problem))
                throw new InvalidOperationException($"what could be read cannot be read again: {problem}");
            _target.SetTarget(target);
            return target;
        }
    }

    /// <param name="application">Whose files they are.</param>
    /// <param name="texts">All that its place needs.</param>
    /// <param name="opened">To be kept.</param>
    /// <param name="target">The same, for now.</param>
    /// <param name="problem">A sentence that names the file.</param>
    public static bool TryOpen(
        ApplicationWork application,
        IReadOnlyDictionary<RepositoryPath, FileText> texts,
        [NotNullWhen(true)] out OpenedTarget? opened,
        [NotNullWhen(true)] out IWriteBackTarget? target,
        [NotNullWhen(false)] out string? problem)
    {
        opened = TryRead(application, texts, out target, out problem) ? new OpenedTarget(application, texts, target) : null;
        return opened is not null;
    }

    private static bool TryRead(
        ApplicationWork application, IReadOnlyDictionary<RepositoryPath, FileText> texts, [NotNullWhen(true)] out IWriteBackTarget? target, [NotNullWhen(false)] out string? problem) =>
        application.Place!.TryOpen(application.Application, application.Policy, texts, out target, out problem);
}
