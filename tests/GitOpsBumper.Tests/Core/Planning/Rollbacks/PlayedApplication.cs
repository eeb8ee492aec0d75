using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Tests.Core.Planning.Rollbacks;

/// <summary>An Application whose versions stand in a file of its own.</summary>
internal sealed class PlayedApplication
{
    private readonly TargetPlace _place;
    private string? _text;
    private IWriteBackTarget? _target;

    public PlayedApplication(PlayForm form, string name, params string[] aliases)
    {
        Aliases = aliases;
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gitopsbumper.io/image-list"] = string.Join(", ", aliases.Select(alias => $"{alias}={Repository(alias)}")),
            ["gitopsbumper.io/update-strategy"] = form.Strategy,
            ["gitopsbumper.io/pin-digest"] = form.PinsDigests ? "true" : "false",
            ["gitopsbumper.io/on-rollback"] = form.Holds ? "hold" : "skip",
            ["gitopsbumper.io/write-back-target"] = form.IsValuesFile ? "helmvalues:values.yaml" : "argocd-source",
        };
        foreach (var alias in aliases)
        {
            annotations[$"gitopsbumper.io/{alias}.helm.image-name"] = $"{alias}.name";
            annotations[$"gitopsbumper.io/{alias}.helm.image-tag"] = $"{alias}.tag";
        }

        Snapshot = new ApplicationSnapshot
        {
            Name = new NamespacedName("argocd", name),
            Annotations = annotations,
            RunningImages = null,
            Sources = [new ApplicationSource { RepositoryUrl = "https://git.example.com/apps.git", Path = name, TargetRevision = "main", Kind = SourceKind.Helm, HelmParameters = [] }],
        };
        Policy = AnnotationReader.Read(Snapshot, new AnnotationDefaults()) ?? throw new InvalidOperationException("no image list");
        Assert.NotNull(Policy.WriteBack);
        Assert.True(TargetPlace.TryFind(Snapshot.Name, Policy.WriteBack, inArgoCdNamespace: true, out var place, out var problem), problem);
        _place = place;
    }

    public IReadOnlyList<string> Aliases { get; }

    public ApplicationSnapshot Snapshot { get; }

    public ApplicationPolicy Policy { get; }

    public string Path => _place.Path.Text;

    public static string Repository(string alias) => $"registry.example.com/team/{alias}";

    public IWriteBackTarget Open(string? text)
    {
        if (_target is not null && _text == text)
            return _target;
        Assert.True(_place.TryOpen(Snapshot, Policy, new Dictionary<RepositoryPath, FileText> { [_place.Path] = new(text, null) }, out var target, out var problem), problem);
        (_text, _target) = (text, target);
        return target;
    }
}
