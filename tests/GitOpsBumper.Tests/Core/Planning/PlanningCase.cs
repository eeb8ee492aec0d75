using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Planning.Checks;
using GitOpsBumper.Core.Schedules;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.Core.WriteBack.Targets;

namespace GitOpsBumper.Tests.Core.Planning;

/// <summary>One application from its annotations to the text of its override file, without any I/O.</summary>
internal sealed class PlanningCase
{
    public Dictionary<string, string> Annotations { get; } = new(StringComparer.Ordinal);

    public List<HelmParameter> Parameters { get; } = [];

    public List<string>? Running { get; set; }

    public string? File { get; set; }

    public DateTimeOffset Now { get; set; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is in the way of writing; null: nothing.</summary>
    public ShutGate? Shut { get; set; }

    /// <summary>Of votes; null: there is none.</summary>
    public ApprovalKey? Key { get; set; }

    /// <summary>What the bot committed, when somebody looks at it: the oldest first.</summary>
    public List<UpdateCommit>? Commits { get; set; }

    /// <summary>By the normal form of the repository.</summary>
    public Dictionary<string, RegistryWorld> Registries { get; } = new(StringComparer.Ordinal);

    public ApplicationSnapshot Application => new()
    {
        Name = new NamespacedName("argocd", "web"),
        Annotations = Annotations,
        RunningImages = Running?.Select(Image).ToList(),
        Sources =
        [
            new ApplicationSource { RepositoryUrl = "https://git.example.com/apps.git", Path = "web", TargetRevision = "main", Kind = SourceKind.Helm, HelmParameters = Parameters },
        ],
    };

    public ApplicationPolicy Policy => AnnotationReader.Read(Application, new AnnotationDefaults()) ?? throw new InvalidOperationException("no image list");

    public static PlanningCase Of(string image, string repository, RegistryWorld registry, string? file = null, params string[] annotations)
    {
        var made = new PlanningCase { File = file };
        made.Annotations["gitopsbumper.io/image-list"] = image;
        foreach (var annotation in annotations)
            made.Annotations[$"gitopsbumper.io/{annotation.Split('=', 2)[0]}"] = annotation.Split('=', 2)[1];
        made.Registries[repository] = registry;
        return made;
    }

    /// <summary>One cycle; what it writes is the file of the next one.</summary>
    public WriteBackOperation Cycle()
    {
        var application = Application;
        var policy = Policy;
        Assert.NotNull(policy.WriteBack);
        Assert.True(TargetPlace.TryFind(application.Name, policy.WriteBack, inArgoCdNamespace: true, out var place, out var problem), problem);
        var files = new Dictionary<RepositoryPath, FileText> { [place.Path] = new(File, null) };
        Assert.True(place.TryOpen(application, policy, files, out var target, out problem), problem);
        var history = new UpdateHistory(new HashSet<NamespacedName> { application.Name });
        foreach (var commit in Commits ?? [])
            history.Add(commit);
        var images = policy.Images.Select(image =>
        {
            var state = ImageStateReader.Read(image, application, target, Now);
            state = state with { Rejected = [.. state.Rejected, .. history.Read([new ImageIdentity(application.Name, image.Alias)], image.Image.Repository, $"main:{target.Path}", state.Written, default).Rejected] };
            return new PlannedImage(image, state, Registries[image.Image.Repository.ToString()].Decide(image, state));
        }).ToList();
        var operation = WriteBackPlanner.Plan(target, images, Shut, _ => Shut, image => ApprovalCheck.Wait(image, application.Name, Key, Now));
        File = operation.Changes.SingleOrDefault()?.NewText ?? File;
        if (operation.Changes.Count > 0)
            Commits?.Add(UpdateCommit.Read($"{Commits.Count:x10}", default, string.Join('\n', operation.Images.Select(image => Trailer(application, image)))));
        return operation;
    }

    /// <summary>One cycle over a single image.</summary>
    public ImageDecision Decide() => Assert.Single(Cycle().Images).Decision;

    private static string Trailer(ApplicationSnapshot application, PlannedImage image) => image.Decision is ImageDecision.Update
        ? new UpdateTrailer(application.Name, image.Policy.Alias, image.Policy.Image.Name, image.State.CurrentText, ((ImageDecision.Update)image.Decision).Full.ToString()).ToString()
        : "";

    private static ImageReference Image(string text)
    {
        Assert.True(ImageReference.TryParse(text, out var image, out var problem), problem);
        return image;
    }
}
