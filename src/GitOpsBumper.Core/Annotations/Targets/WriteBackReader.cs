using GitOpsBumper.Core.Annotations.Reading;
using GitOpsBumper.Core.Annotations.Requests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Core.Annotations.Targets;

/// <summary>Where an application is written back to. Any problem here stops the whole application.</summary>
internal sealed class WriteBackReader(ApplicationSnapshot app, AnnotationMap map, AnnotationDefaults defaults)
{
    private const string AllowedMethods = "git, git:repocreds, git:secret:<namespace>/<name> and argocd";
    private const string AllowedTargets = "argocd-source, helmvalues[:<path>], kustomization[:<path>], markers[:<path>] and compose[:<path>]";

    private WriteBackMethod _method = defaults.DefaultMethod;
    private GitCredentialSource _credentials = new GitCredentialSource.RepositorySecrets();
    private WriteBackTarget _target = new WriteBackTarget.ArgoCdSource();
    private ApplicationSource? _valuesSource;
    private string? _repository;
    private string? _baseBranch;
    private string? _writeBranch;
    private CarryParameters _carry = CarryParameters.Safe;
    private PullRequestPolicy? _proposal;

    public List<Problem> Problems { get; } = [];

    /// <summary>What has no effect beside the method, and stops nothing.</summary>
    public List<Problem> Notes { get; } = [];

    /// <summary>Null when there are <see cref="Problems"/>.</summary>
    public WriteBackPolicy? Read()
    {
        ReadMethod();
        return _method == WriteBackMethod.ArgoCd ? ReadForCluster() : ReadForGit();
    }

    private WriteBackPolicy? ReadForGit()
    {
        ReadTarget();
        ReadRepository();
        ReadBranch();
        ReadCarry();
        ReadProposal();
        var source = new SourceChoice(app, _repository, _target, _baseBranch) { ValuesSource = _valuesSource };
        return Policy(source, source.Choose());
    }

    /// <summary>What only means something to git is told to have no effect; with several sources, the repository still tells which.</summary>
    private WriteBackPolicy? ReadForCluster()
    {
        var repository = Given(AnnotationKeys.GitRepository);
        var isOfSource = repository is not null && app.HasMultipleSources && app.Sources.Any(source => RepositoryText.AreSame(repository.Text, source.RepositoryUrl));
        var source = new SourceChoice(app, isOfSource ? repository!.Text : null, _target, _baseBranch);
        var chosen = source.ChooseForCluster();
        if (repository is not null && !isOfSource)
            Notes.Add(WithoutEffect(repository, app.HasMultipleSources ? "; it may tell which source is written, and none has this repository" : ""));
        if (Given(AnnotationKeys.WriteBackTarget) is { Text: not "argocd-source" } target)
            Notes.Add(WithoutEffect(target, ""));
        Notes.AddRange(new[] { AnnotationKeys.GitBranch, AnnotationKeys.CarryParameters }.Select(Given).OfType<AnnotationValue>()
            .Concat(new PullRequestReader(map, defaults.PullRequests).All).Select(value => WithoutEffect(value, "")));
        return Policy(source, chosen);
    }

    private static Problem WithoutEffect(AnnotationValue value, string more) => new(
        value.Key, Shortened.Text(RepositoryText.Redact(value.Raw)),
        $"'{Shortened.Text(RepositoryText.Redact(value.Text))}' has no effect: write-back method argocd changes the Application itself and writes nothing to git{more}");

    private WriteBackPolicy? Policy(SourceChoice choice, ApplicationSource? chosen)
    {
        Problems.AddRange(choice.Problems);
        if (chosen is null || Problems.Count > 0)
            return null;
        return new WriteBackPolicy
        {
            Method = _method,
            Credentials = _credentials,
            Target = _target,
            Repository = _repository,
            BaseBranch = _baseBranch,
            WriteBranchTemplate = _writeBranch,
            Proposal = _proposal,
            Source = chosen,
            SourceIndex = choice.IndexOf(chosen),
            ValuesSource = _valuesSource,
            Carry = _carry,
        };
    }

    private void ReadMethod()
    {
        if (Given(AnnotationKeys.WriteBackMethod) is not { } value)
            return;
        var colon = value.Text.IndexOf(':', StringComparison.Ordinal);
        var method = (colon < 0 ? value.Text : value.Text[..colon]).Trim();
        var credentials = colon < 0 ? "repocreds" : value.Text[(colon + 1)..].Trim();
        _method = value.Text == "argocd" ? WriteBackMethod.ArgoCd : WriteBackMethod.Git;
        if (method == "git")
            ReadCredentials(value, credentials);
        else if (_method != WriteBackMethod.ArgoCd)
            Problems.Add(value.Problem($"write-back method '{Shortened.Text(value.Text)}' is not known; allowed are {AllowedMethods}"));
    }

    private void ReadCredentials(AnnotationValue value, string text)
    {
        const string SecretPrefix = "secret:";
        if (text == "repocreds")
            return;
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal) || !NamespacedName.TryParse(text[SecretPrefix.Length..], out var secret, out _))
            Problems.Add(value.Problem($"write-back method '{Shortened.Text(value.Text)}' names no credentials; allowed are {AllowedMethods}"));
        else if (SecretRule.Check(secret, app.Name, defaults.AllowedSecretNamespaces) is { } problem)
            Problems.Add(value.Problem(problem));
        else
            _credentials = new GitCredentialSource.NamedSecret(secret);
    }

    private void ReadTarget()
    {
        if (Given(AnnotationKeys.WriteBackTarget) is not { } value)
            return;
        var colon = value.Text.IndexOf(':', StringComparison.Ordinal);
        var kind = (colon < 0 ? value.Text : value.Text[..colon]).Trim();
        var path = colon < 0 ? null : value.Text[(colon + 1)..].Trim();
        if (WriteBackTarget.Parse(kind, path) is not { } target)
            Problems.Add(value.Problem($"write-back target '{Shortened.Text(value.Text)}' is not known; allowed are {AllowedTargets}{NearestName.Suggest(kind, ["argocd-source", "helmvalues", "kustomization", "markers", "compose"])}"));
        else if (target is WriteBackTarget.ArgoCdSource && path is not null)
            Problems.Add(value.Problem($"write-back target '{Shortened.Text(value.Text)}' has a path, but Argo CD gives the file its name; allowed is argocd-source"));
        else if (path is not null && CheckPlace(target, path) is { } problem)
            Problems.Add(value.Problem($"write-back target '{Shortened.Text(value.Text)}': {problem}"));
        else
            _target = target;
    }

    /// <summary>What can be told of a path before its source is known.</summary>
    private string? CheckPlace(WriteBackTarget target, string path)
    {
        if (path.Length == 0)
            return $"there is no path behind the ':'; allowed are {AllowedTargets}";
        if (path[0] != '$')
            return path.Any(c => char.IsControl(c) || c == '\\') ? "the path contains a control character or a backslash" : null;
        var name = path[1..].Split('/')[0];
        if (target is not WriteBackTarget.HelmValues || path.Length <= name.Length + 2)
            return "a path that begins with '$' is allowed for helmvalues alone, as $<ref>/<path of the file>";
        _valuesSource = app.Sources.FirstOrDefault(source => source.Ref == name);
        var known = string.Join(", ", app.Sources.Select(source => source.Ref).OfType<string>().Where(reference => reference.Length > 0));
        return _valuesSource is null ? $"no source of the Application has ref '{Shortened.Text(name)}'; there {(known.Length == 0 ? "is no ref at all" : $"are {known}")}" : null;
    }

    private void ReadRepository()
    {
        if (Given(AnnotationKeys.GitRepository) is not { } value)
            return;
        if ((RepositoryText.Check(value.Text) ?? RepositoryText.CheckRemote(value.Text)) is { } problem)
            Problems.Add(new Problem(value.Key, Shortened.Text(RepositoryText.Redact(value.Raw)), problem));
        else
            _repository = value.Text;
    }

    private void ReadBranch()
    {
        if (Given(AnnotationKeys.GitBranch) is not { } value)
            return;
        var colon = value.Text.IndexOf(':', StringComparison.Ordinal);
        var branch = (colon < 0 ? value.Text : value.Text[..colon]).Trim();
        _baseBranch = branch.Length == 0 ? null : branch;
        _writeBranch = colon < 0 ? null : value.Text[(colon + 1)..].Trim();
        if (_baseBranch is not null && RefName.Check(_baseBranch) is { } problem)
            Problems.Add(value.Problem(problem));
        if (_writeBranch is not null && !BranchTemplate.TryParse(_writeBranch, out _, out var wrong))
            Problems.Add(value.Problem($"git branch '{Shortened.Text(value.Text)}': {wrong}"));
    }

    private void ReadCarry()
    {
        if (Given(AnnotationKeys.CarryParameters) is not { } value)
            return;
        switch (value.Text)
        {
            case "safe":
                _carry = CarryParameters.Safe;
                break;
            case "all":
                _carry = CarryParameters.All;
                break;
            case "none":
                _carry = CarryParameters.None;
                break;
            default:
                Problems.Add(value.Problem($"'{Shortened.Text(value.Text)}' does not say which parameters are carried over; allowed are safe, all and none"));
                break;
        }
    }

    private void ReadProposal()
    {
        var reader = new PullRequestReader(map, defaults.PullRequests);
        _proposal = reader.Read();
        Problems.AddRange(reader.Problems);
        Notes.AddRange(reader.Notes);
        if (_proposal?.Group is not null && _writeBranch is not null)
            Problems.Add(Given(AnnotationKeys.GitBranch)!.Problem($"the branch of a request for a group is named after the group; allowed is {AnnotationKeys.GitBranch} without a template, or no {AnnotationKeys.Group}"));
    }

    /// <summary>Null when the annotation is not there or empty.</summary>
    private AnnotationValue? Given(string key) => map.Find(key) is { Text.Length: > 0 } value ? value : null;
}
