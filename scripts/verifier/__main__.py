"""`python -m scripts.verifier BUNDLE.zip`. Not here: what it does (`command`)."""

from scripts.verifier.command import main

if __name__ == "__main__":
    main()
