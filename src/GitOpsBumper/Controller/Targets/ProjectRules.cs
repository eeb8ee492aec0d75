using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Targets;

/// <summary>What Argo CD would not deploy is not written for: an Application belongs to a project, which says where it may lie and what it may use.</summary>
/// <param name="projects">That are known.</param>
/// <param name="areAll">Whether there are no others, as in a cluster.</param>
/// <param name="argoCdNamespace">Where projects lie, and Applications of any project may.</param>
internal sealed class ProjectRules(IReadOnlyList<AppProject> projects, bool areAll, string argoCdNamespace)
{
    private readonly Dictionary<NamespacedName, AppProject> _projects = projects.ToDictionary(project => project.Name);

    /// <summary>Null when the Application may be as it is, else a sentence.</summary>
    public string? Refusal(ApplicationSnapshot application)
    {
        if (Find(application) is not { } project)
            return areAll ? $"there is no project '{application.Project}' in namespace {argoCdNamespace}" : null;
        return application.Name.Namespace == argoCdNamespace || project.PermitsNamespace(application.Name.Namespace)
            ? null
            : $"project '{application.Project}' does not permit Applications in namespace {application.Name.Namespace}; its sourceNamespaces are {List(project.SourceNamespaces)}";
    }

    /// <summary>Null when the Application may use the repository, else a sentence.</summary>
    public string? Refusal(ApplicationSnapshot application, RepositoryUrl url) => Find(application) is { } project && !project.Permits(url.Text)
        ? $"project '{application.Project}' does not permit repository '{url}'; its sourceRepos are {List(project.SourceRepositories)}"
        : null;

    private AppProject? Find(ApplicationSnapshot application) => _projects.GetValueOrDefault(new NamespacedName(argoCdNamespace, application.Project));

    private static string List(IReadOnlyList<string> patterns) => patterns.Count == 0 ? "empty" : string.Join(", ", patterns);
}
